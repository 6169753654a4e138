package io.restante.story;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.restante.SealedSenderFiles;
import io.restante.protocol.Handle;
import io.restante.redis.AccountKeys;
import io.restante.redis.LookupKeys;
import io.restante.testing.ClientProgram;
import io.restante.testing.EventLoop;
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
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A gateway with TLS under a CA of this run, registration by code and sealed sender; the operator
 * who gets the codes; and a process with phones of one generation.
 */
final class PhoneStage implements BeforeAllCallback, AfterAllCallback {
  private static final AtomicInteger NEXT_NUMBER = new AtomicInteger(1);

  /** A code as the operator was told to deliver it. */
  record Code(String code, String transport) {}

  private final GatewayExtension gateway = new GatewayExtension();
  private final Map<String, Code> codes = new ConcurrentHashMap<>();
  private final HttpServer operator;
  private final Path folder;
  private final SealedSenderFiles sealed = SealedSenderFiles.make();

  private final String name;
  private final String main;

  private final List<ClientProgram> others = new ArrayList<>();

  private @Nullable ClientProgram client;
  private List<String> arguments = List.of();

  /**
   * A stage for one program.
   *
   * @param name its folder of sources and jars
   * @param main its main class
   */
  PhoneStage(String name, String main) throws IOException {
    this.name = name;
    this.main = main;
    folder = Files.createTempDirectory("restante-" + name);
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
    arguments = List.of(gateway.publicUrl(), tls.ca().toString(), root);
    client = ClientProgram.start(name, main, folder, arguments);
  }

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    try (ClientProgram ended = client) {
      if (ended != null) {
        // Shown whether it went well or not.
        System.out.print(ended.transcript());
      }
    } finally {
      for (ClientProgram other : others) {
        System.out.print(other.transcript());
        other.close();
      }
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

  /** A process with phones of another generation, at the same gateway. */
  ClientProgram startAnother(String otherName, String otherMain) throws IOException {
    ClientProgram other =
        ClientProgram.start(otherName, otherMain, folder.resolve(otherName), arguments);
    others.add(other);
    return other;
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

  private AccountKeys keysOf(String number) {
    String lookup = LookupKeys.handle(new Handle(number));
    return AccountKeys.of(UUID.fromString(String.valueOf(gateway.redis().command("GET", lookup))));
  }

  /** Whether the primary device of a number is known as one that gets sealed envelopes. */
  boolean isSealed(String number) {
    Object known = gateway.redis().command("HEXISTS", keysOf(number).device(1), "signalingKey");
    return Long.valueOf(1).equals(known);
  }

  /** Awaits that the primary device of a number has nothing waiting, as all has been acked. */
  void awaitEmptyMailbox(String number) {
    String mail = keysOf(number).mail(1);
    EventLoop.until("no mail", () -> Long.valueOf(0).equals(gateway.redis().command("XLEN", mail)));
  }

  /** Makes a new phone with a number and registers it by code; answers what it was told. */
  String register(String phone, String number) {
    return register(client(), phone, number);
  }

  private String register(ClientProgram with, String phone, String number) {
    with.step("phone", phone, number);
    with.step("sms", phone);
    return with.step("verify", phone, code(number).code()).get(0);
  }

  /** The same, with keys. */
  String registerWithKeys(String phone, String number, int keys) {
    return registerWithKeys(client(), phone, number, keys);
  }

  /** The same, in one of the processes. */
  String registerWithKeys(ClientProgram with, String phone, String number, int keys) {
    String told = register(with, phone, number);
    with.step("upload", phone, "1", Integer.toString(keys));
    return told;
  }
}
