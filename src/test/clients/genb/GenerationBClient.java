package genb;

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
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.signal.libsignal.metadata.certificate.CertificateValidator;
import org.whispersystems.libsignal.ecc.Curve;
import org.whispersystems.libsignal.logging.SignalProtocolLoggerProvider;
import org.whispersystems.signalservice.api.push.TrustStore;
import org.whispersystems.signalservice.internal.configuration.SignalCdnUrl;
import org.whispersystems.signalservice.internal.configuration.SignalContactDiscoveryUrl;
import org.whispersystems.signalservice.internal.configuration.SignalServiceConfiguration;
import org.whispersystems.signalservice.internal.configuration.SignalServiceUrl;

/**
 * Phones of generation B, made of the unmodified signal-service-java, told what to do line by line.
 * A program of its own, in a process of its own: the library is GPL, and none of it comes near the
 * gateway's own classes.
 *
 * <p>Arguments: the gateway's address, the PEM file of the CA to trust, the trust root of sealed
 * sender (base64). Each line of input is a step and its words, between tabs; each line of output is
 * {@code ok} and the step's result, or {@code failed}, the exception and its message.
 */
public final class GenerationBClient {
  private final SignalServiceConfiguration service;
  private final CertificateValidator sealedSender;
  private final Map<String, Phone> phones = new HashMap<>();
  private final List<String> log = new ArrayList<>();

  private GenerationBClient(String url, Path ca, String trustRoot) throws Exception {
    TrustStore trust = trustStore(ca);
    this.service =
        new SignalServiceConfiguration(
            new SignalServiceUrl[] {new SignalServiceUrl(url, trust)},
            new SignalCdnUrl[] {new SignalCdnUrl(url, trust)},
            new SignalContactDiscoveryUrl[] {new SignalContactDiscoveryUrl(url, trust)});
    this.sealedSender =
        new CertificateValidator(Curve.decodePoint(Base64.getDecoder().decode(trustRoot), 0));
  }

  public static void main(String[] args) throws Exception {
    Security.addProvider(new BouncyCastleProvider());
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    GenerationBClient client = new GenerationBClient(args[0], Path.of(args[1]), args[2]);
    SignalProtocolLoggerProvider.setProvider(client::log);
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
      phones.put(name, new Phone(service, sealedSender, words.get(1)));
      return "";
    }
    Phone phone = phones.get(name);
    return switch (step) {
      case "sms" -> phone.requestCode(false);
      case "voice" -> phone.requestCode(true);
      case "verify" -> phone.verify(words.get(1));
      case "name-by-number" -> phone.nameBy(null);
      case "name-by-uuid" -> phone.nameBy(phone.registered);
      case "change-password" -> phone.changePassword();
      case "upload" -> phone.upload(Integer.parseInt(words.get(1)), Integer.parseInt(words.get(2)));
      case "count" -> Integer.toString(phone.manager().getPreKeysCount());
      case "upload-signed" -> phone.uploadSigned(Integer.parseInt(words.get(1)));
      case "signed" -> phone.signed();
      case "attributes" -> phone.attributes();
      case "push-token" -> phone.pushToken(words.get(1));
      case "whoami" -> phone.manager().getOwnUuid().toString();
      case "devices" -> Integer.toString(phone.manager().getDevices().size());
      case "fetch" -> phone.fetch(words.get(1));
      case "send" -> phone.send(words.get(1), words.get(2));
      case "send-sealed" -> phone.sendSealed(phones.get(words.get(1)), words.get(2));
      case "accept-identity" -> phone.acceptIdentity(phones.get(words.get(1)));
      case "poll" -> phone.poll();
      case "poll-by-source" -> phone.pollBySource();
      case "connect" -> phone.connect();
      case "connect-anonymous" -> phone.connectAnonymous();
      case "connect-refused" -> phone.connectRefused();
      case "read" -> phone.read();
      case "disconnect" -> phone.disconnect();
      default -> throw new IllegalArgumentException("step: " + step);
    };
  }
}
