package gena;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.Security;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.whispersystems.libaxolotl.logging.AxolotlLoggerProvider;
import org.whispersystems.textsecure.api.push.TrustStore;

/**
 * Phones of generation A, made of the unmodified textsecure-java, told what to do line by line. A
 * program of its own, in a process of its own: the library is GPL, and none of it comes near the
 * gateway's own classes.
 *
 * <p>Arguments: the gateway's address and the PEM file of the CA to trust; more is ignored. Each
 * line of input is a step and its words, between tabs; each line of output is {@code ok} and the
 * step's result, or {@code failed}, the exception and its message.
 */
public final class GenerationAClient {
  private final String url;
  private final TrustStore trust;
  private final Map<String, Phone> phones = new HashMap<>();
  private final List<String> log = new ArrayList<>();

  private GenerationAClient(String url, Path ca) throws Exception {
    this.url = url;
    this.trust = trustStore(ca);
  }

  public static void main(String[] args) throws Exception {
    Security.addProvider(new BouncyCastleProvider());
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    GenerationAClient client = new GenerationAClient(args[0], Path.of(args[1]));
    AxolotlLoggerProvider.setProvider(client::log);
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      List<String> words = Arrays.asList(line.split("\t", -1));
      try {
        out.println("ok\t" + client.step(words.get(0), words.subList(1, words.size())));
      } catch (Exception | AssertionError e) {
        e.printStackTrace();
        out.println("failed\t" + e.getClass().getSimpleName() + '\t' + oneLine(e.getMessage()));
      }
    }
    // Threads of the library's connections are not daemons.
    System.exit(0);
  }

  private static String oneLine(String text) {
    return text == null ? "" : text.replaceAll("\\s+", " ");
  }

  private synchronized void log(int priority, String tag, String text) {
    String line = tag.substring(tag.lastIndexOf('.') + 1) + ": " + text;
    System.err.println(line);
    log.add(oneLine(line));
  }

  private synchronized String lines() {
    String all = String.join("\t", log);
    log.clear();
    return all;
  }

  /** The library reads its trust store as BKS, which is BouncyCastle's. */
  private static TrustStore trustStore(Path ca) throws Exception {
    Certificate certificate;
    try (InputStream pem = Files.newInputStream(ca)) {
      certificate = CertificateFactory.getInstance("X.509").generateCertificate(pem);
    }
    KeyStore store = KeyStore.getInstance("BKS");
    store.load(null, null);
    store.setCertificateEntry("ca", certificate);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    store.store(bytes, "whisper".toCharArray());
    return new TrustStore() {
      @Override
      public InputStream getKeyStoreInputStream() {
        return new ByteArrayInputStream(bytes.toByteArray());
      }

      @Override
      public String getKeyStorePassword() {
        return "whisper";
      }
    };
  }

  private String step(String step, List<String> words) throws Exception {
    if (step.equals("log")) {
      return lines();
    }
    String name = words.get(0);
    if (step.equals("phone")) {
      phones.put(name, new Phone(url, trust, words.get(1)));
      return "";
    }
    Phone phone = phones.get(name);
    return switch (step) {
      case "sms" -> phone.requestCode(false);
      case "voice" -> phone.requestCode(true);
      case "verify" -> phone.verify(words.get(1));
      case "change-password" -> phone.changePassword();
      case "change-signaling-key" -> phone.changeSignalingKey();
      case "upload" -> phone.upload(Integer.parseInt(words.get(1)), Integer.parseInt(words.get(2)));
      case "count" -> Integer.toString(phone.manager().getPreKeysCount());
      case "upload-signed" -> phone.uploadSigned(Integer.parseInt(words.get(1)));
      case "signed" -> phone.signed();
      case "attributes" -> phone.attributes();
      case "push-token" -> phone.pushToken(words.get(1));
      case "devices" -> Integer.toString(phone.manager().getDevices().size());
      case "fetch" -> phone.fetch(words.get(1));
      case "send" -> phone.send(words.get(1), words.get(2));
      case "receipt" -> phone.receipt(words.get(1), Long.parseLong(words.get(2)));
      case "accept-identity" -> phone.acceptIdentity(phones.get(words.get(1)));
      case "poll" -> phone.poll();
      case "poll-unopened" -> phone.pollUnopened();
      case "read-unopened" -> phone.readUnopened();
      case "connect" -> phone.connect();
      case "read" -> phone.read();
      case "disconnect" -> phone.disconnect();
      default -> throw new IllegalArgumentException("step: " + step);
    };
  }
}
