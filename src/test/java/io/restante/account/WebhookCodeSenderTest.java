package io.restante.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.account.CodeSender.Transport;
import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.restante.testing.EventLoop;
import io.restante.testing.HttpStub;
import io.restante.testing.LogTrap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The webhook against a real HTTP server that takes, refuses, redirects or does not answer. */
class WebhookCodeSenderTest {
  private static final String SECRET = "shared with the operator";
  private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);

  /** Nothing that is answered is given up while a test runs. */
  private static final int TIMEOUT_MS = 15_000;

  /** One attempt, as the operator sees it. */
  private record Attempt(
      String path, String timestamp, String delivery, String signature, Buffer body) {}

  private final EventLoop loop = new EventLoop();
  private final List<Attempt> attempts = new CopyOnWriteArrayList<>();
  private String url = "";

  @AfterEach
  void close() {
    loop.close();
  }

  private void operator(Consumer<HttpServerRequest> answer) {
    url =
        new HttpStub(
                loop,
                (request, body) -> {
                  attempts.add(attempt(request, body));
                  answer.accept(request);
                })
            .url();
  }

  private static Attempt attempt(HttpServerRequest request, Buffer body) {
    return new Attempt(
        request.path(),
        String.valueOf(request.getHeader("Restante-Timestamp")),
        String.valueOf(request.getHeader("Restante-Delivery")),
        String.valueOf(request.getHeader("Restante-Signature")),
        body);
  }

  private void send() {
    send(SECRET, TIMEOUT_MS);
  }

  private void send(@Nullable String secret, int timeoutMs) {
    loop.await(
        () ->
            new WebhookCodeSender(loop.vertx(), url + "codes", secret, timeoutMs, 1, () -> NOW)
                .send(AccountBed.HANDLE, "123456", Transport.VOICE));
  }

  private void assertNotSent() {
    assertNotSent(TIMEOUT_MS);
  }

  private void assertNotSent(int timeoutMs) {
    GatewayException refused = assertThrows(GatewayException.class, () -> send(SECRET, timeoutMs));
    assertEquals(ErrorCode.CODE_NOT_SENT, refused.code());
    assertEquals(5, refused.retryAfterSeconds());
  }

  @Test
  void theOperatorGetsASignedCode() throws GeneralSecurityException {
    operator(request -> request.response().setStatusCode(202).end());
    send();
    assertEquals(1, attempts.size());
    Attempt taken = attempts.get(0);
    assertEquals("/codes", taken.path());
    assertEquals("1800000000", taken.timestamp());
    assertEquals(
        "{\"handle\":\"+15550100\",\"code\":\"123456\",\"transport\":\"voice\"}",
        taken.body().toString());
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    byte[] signed = (taken.timestamp() + "." + taken.body()).getBytes(StandardCharsets.UTF_8);
    assertEquals(HexFormat.of().formatHex(mac.doFinal(signed)), taken.signature());
  }

  @Test
  void withoutASecretACodeGoesUnsigned() {
    operator(request -> request.response().setStatusCode(200).end());
    send(null, TIMEOUT_MS);
    assertEquals("null", attempts.get(0).signature());
  }

  @Test
  void theLogSaysWhatTheOperatorAnswered() {
    operator(request -> request.response().setStatusCode(418).end());
    try (LogTrap log = LogTrap.open()) {
      assertNotSent();
      assertTrue(
          log.alarms().stream().allMatch(line -> line.contains("cause=status 418")),
          () -> log.alarms().toString());
      assertEquals(3, log.alarms().size());
    }
  }

  @Test
  void aRefusedCodeIsTriedAgainAsTheSameDelivery() {
    operator(request -> request.response().setStatusCode(attempts.size() < 3 ? 503 : 200).end());
    send();
    assertEquals(3, attempts.size());
    assertEquals(1, attempts.stream().map(Attempt::delivery).distinct().count());
    assertEquals(1, attempts.stream().map(Attempt::signature).distinct().count());
  }

  @Test
  void threeRefusalsAreTold() {
    operator(request -> request.response().setStatusCode(500).end());
    assertNotSent();
    assertEquals(3, attempts.size());
  }

  @Test
  void anOperatorThatDoesNotAnswerIsGivenUp() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      url = "http://127.0.0.1:" + silent.getLocalPort() + "/";
      assertNotSent(300);
      // Each attempt had a connection of its own, which nobody has looked at until now.
      silent.setSoTimeout(TIMEOUT_MS);
      for (int attempt = 1; attempt <= 3; attempt++) {
        silent.accept().close();
      }
    }
  }

  @Test
  void aRedirectIsNotFollowed() {
    operator(
        request -> request.response().setStatusCode(307).putHeader("Location", "/elsewhere").end());
    assertNotSent();
    assertEquals(List.of("/codes"), attempts.stream().map(Attempt::path).distinct().toList());
  }

  @Test
  void anOperatorThatIsNotThereIsTold() {
    operator(request -> request.connection().close());
    assertNotSent();
  }
}
