package io.restante.story;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.restante.SealedSenderFiles;
import io.restante.testing.ClientProgram;
import io.restante.testing.GatewayExtension;
import io.restante.testing.TlsFiles;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A gateway with TLS under a CA of this run, registration by code and sealed sender; the operator
 * who gets the codes; and a process with phones of generation B.
 */
final class GenerationBStage implements BeforeAllCallback, AfterAllCallback {
  private static final String MAIN = "genb.GenerationBClient";
  private static final AtomicInteger NEXT_NUMBER = new AtomicInteger(1);

  /** A code as the operator was told to deliver it. */
  record Code(String code, String transport) {}

  private final GatewayExtension gateway = new GatewayExtension();
  private final Map<String, Code> codes = new ConcurrentHashMap<>();
  private final HttpServer operator;
  private final Path folder;
  private final SealedSenderFiles sealed = SealedSenderFiles.make();

  private @Nullable ClientProgram client;

  GenerationBStage() throws IOException {
    folder = Files.createTempDirectory("restante-genb");
    operator = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    operator.createContext("/codes", this::take);
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange;
        InputStream body = exchange.getRequestBody()) {
      JsonObject json = new JsonObject(Buffer.buffer(body.readAllBytes()));
      codes.put(
          json.getString("handle"), new Code(json.getString("code"), json.getString("transport")));
      exchange.sendResponseHeaders(204, -1);
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    TlsFiles tls = TlsFiles.make(folder);
    operator.start();
    gateway
        .with("http.tls.cert", tls.certificate().toString())
        .with("http.tls.key", tls.key().toString())
        .with("sealed-sender.key", sealed.key().toString())
        .with("registration.mode", "code")
        .with("registration.webhook-secret", "a secret of this run")
        .with(
            "registration.webhook-url",
            "http://127.0.0.1:" + operator.getAddress().getPort() + "/codes");
    gateway.beforeAll(context);
    String root = Base64.getEncoder().encodeToString(sealed.trustRoot());
    client =
        ClientProgram.start(
            "genb", MAIN, folder, List.of(gateway.publicUrl(), tls.ca().toString(), root));
  }

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    try (ClientProgram ended = client) {
      if (ended != null) {
        // Shown whether it went well or not.
        System.out.print(ended.transcript());
      }
    } finally {
      gateway.afterAll(context);
      operator.stop(0);
      sealed.delete();
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  /** A number that nobody had before. */
  static String newNumber() {
    return String.format(Locale.ROOT, "+4915%08d", NEXT_NUMBER.getAndIncrement());
  }

  /** The process with the phones. */
  ClientProgram client() {
    return Objects.requireNonNull(client, "not started");
  }

  /** Where the gateway listens. */
  String url() {
    return gateway.publicUrl();
  }

  /** The code that the operator last got for a number. */
  Code code(String number) {
    Code code = codes.get(number);
    if (code == null) {
      throw new AssertionError("the operator got no code for " + number);
    }
    return code;
  }

  /** Makes a new phone with a number and registers it by code; answers the account's id. */
  String register(String name, String number) {
    client().step("phone", name, number);
    client().step("sms", name);
    return client().step("verify", name, code(number).code()).get(0);
  }

  /** The same, with keys. */
  String registerWithKeys(String name, String number, int keys) {
    String aci = register(name, number);
    client().step("upload", name, "1", Integer.toString(keys));
    return aci;
  }
}
