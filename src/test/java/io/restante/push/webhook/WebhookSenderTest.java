package io.restante.push.webhook;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.restante.push.BoundedHttp;
import io.restante.push.Push;
import io.restante.push.PushOutcome;
import io.restante.push.PushOutcome.Accepted;
import io.restante.push.PushOutcome.Gone;
import io.restante.push.PushOutcome.Later;
import io.restante.push.PushOutcome.Refused;
import io.restante.testing.EventLoop;
import io.restante.testing.HttpStub;
import io.restante.testing.LogTrap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Pushes to a real HTTP server of an operator that takes, refuses, redirects or is silent. */
class WebhookSenderTest {
  private static final String SECRET = "shared with the operator";
  private static final Instant NOW = Instant.parse("2026-11-06T08:49:37.900Z");
  private static final String ACI = "9d0652a3-dcc3-4d11-975f-74d61598733f";
  private static final String TARGET = ACI + ".2";
  private static final int ENVELOPE_BYTES_MAX = 300_000;

  /** Of those that are answered: no machine is that slow. */
  private static final int TIMEOUT_MS = 15_000;

  /** Of those that are not. */
  private static final int SHORT_TIMEOUT_MS = 300;

  /** One post, as the operator sees it. */
  private record Post(
      String method,
      String path,
      String type,
      String timestamp,
      String delivery,
      String signature,
      Buffer body) {
    static Post of(HttpServerRequest request, Buffer body) {
      return new Post(
          request.method().name(),
          request.path(),
          String.valueOf(request.getHeader("Content-Type")),
          String.valueOf(request.getHeader("Restante-Timestamp")),
          String.valueOf(request.getHeader("Restante-Delivery")),
          String.valueOf(request.getHeader("Restante-Signature")),
          body);
    }
  }

  private final EventLoop loop = new EventLoop();
  private final LogTrap log = LogTrap.open();
  private final List<Post> posts = new CopyOnWriteArrayList<>();
  private String url = "";
  private int timeoutMs = TIMEOUT_MS;

  @AfterEach
  void close() {
    loop.close();
    log.close();
    for (String line : log.lines()) {
      assertFalse(line.contains(ACI) || line.contains(SECRET) || line.contains("/push"), line);
    }
  }

  private void operator(Consumer<HttpServerRequest> answer) {
    url =
        new HttpStub(
                loop,
                (request, body) -> {
                  posts.add(Post.of(request, body));
                  answer.accept(request);
                })
            .url();
  }

  private void operator(int status) {
    operator(request -> request.response().setStatusCode(status).end());
  }

  private PushOutcome send(Push push) {
    String to = url + "push?key=of-the-operator";
    WebhookConfig config = new WebhookConfig(to, SECRET, timeoutMs, 2, ENVELOPE_BYTES_MAX);
    BoundedHttp http = new BoundedHttp(loop.vertx(), config.timeoutMs(), config.connectionsMax());
    WebhookSender sender = new WebhookSender(http, config, () -> NOW);
    return loop.await(() -> sender.send(push));
  }

  private PushOutcome send() {
    return send(push(null));
  }

  private static Push push(@Nullable Buffer envelope) {
    return new Push(TARGET, envelope, true, 1_800_000_000_123L);
  }

  @Test
  void theOperatorGetsASignedPush() throws GeneralSecurityException {
    operator(202);
    assertEquals(new Accepted(), send(push(Buffer.buffer(new byte[] {0, -1, 62, 63, 7}))));
    Post post = posts.get(0);
    assertEquals("POST", post.method());
    assertEquals("/push", post.path());
    assertEquals("application/json", post.type());
    assertEquals(
        "{\"aci\":\"9d0652a3-dcc3-4d11-975f-74d61598733f\",\"device\":2,\"urgent\":true,"
            + "\"expires\":1800000000123,\"envelope\":\"AP8+Pwc=\"}",
        post.body().toString());
    assertEquals(String.valueOf(NOW.getEpochSecond()), post.timestamp());
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    byte[] signed = (post.timestamp() + "." + post.body()).getBytes(StandardCharsets.UTF_8);
    assertEquals(HexFormat.of().formatHex(mac.doFinal(signed)), post.signature());
  }

  @Test
  void aWakeUpHasNoEnvelope() {
    operator(204);
    assertEquals(new Accepted(), send(new Push(TARGET.toUpperCase(Locale.ROOT), null, false, 7)));
    assertEquals(
        new JsonObject().put("aci", ACI).put("device", 2).put("urgent", false).put("expires", 7),
        new JsonObject(posts.get(0).body()));
  }

  @Test
  void anEnvelopeThatIsPostedAgainIsTheSameDelivery() {
    operator(503);
    send(push(Buffer.buffer("one")));
    send(push(Buffer.buffer("one")));
    send(push(Buffer.buffer("two")));
    send(new Push(ACI + ".3", Buffer.buffer("one"), true, 7));
    assertEquals(posts.get(0).delivery(), posts.get(1).delivery());
    assertEquals(3, posts.stream().map(Post::delivery).distinct().count());
    posts.forEach(post -> UUID.fromString(post.delivery()));
  }

  @Test
  void eachWakeUpIsADeliveryOfItsOwn() {
    operator(200);
    send();
    send();
    assertNotEquals(posts.get(0).delivery(), posts.get(1).delivery());
  }

  @Test
  void aWholeEnvelopeFitsAndALargerOneIsNotPosted() {
    operator(200);
    byte[] largest = new byte[ENVELOPE_BYTES_MAX];
    largest[7] = 7;
    assertEquals(new Accepted(), send(push(Buffer.buffer(largest))));
    String base64 = new JsonObject(posts.get(0).body()).getString("envelope");
    assertArrayEquals(largest, Base64.getDecoder().decode(base64));
    assertEquals(
        new Refused("TOO_LARGE"), send(push(Buffer.buffer(new byte[ENVELOPE_BYTES_MAX + 1]))));
    assertEquals(1, posts.size());
  }

  @Test
  void eachStatusIsTold() {
    assertOutcome(new Accepted(), 200);
    assertOutcome(new Accepted(), 204);
    assertOutcome(new Gone(NOW.toEpochMilli()), 410);
    assertOutcome(new Refused("HTTP_400"), 400);
    assertOutcome(new Refused("HTTP_401"), 401);
    assertOutcome(new Refused("HTTP_404"), 404);
    assertOutcome(new Later(0), 429);
    assertOutcome(new Later(0), 500);
    assertOutcome(new Later(0), 502);
    assertOutcome(new Later(0), 503);
  }

  @Test
  void theOperatorMayAskForAPause() {
    operator(request -> request.response().setStatusCode(503).putHeader("Retry-After", "20").end());
    assertEquals(new Later(20_000), send());
    operator(
        request ->
            request
                .response()
                .setStatusCode(429)
                .putHeader("Retry-After", "Fri, 06 Nov 2026 08:50:07 GMT")
                .end());
    assertEquals(new Later(29_100), send());
  }

  @Test
  void aRedirectIsNotFollowed() {
    operator(
        request -> request.response().setStatusCode(307).putHeader("Location", "/elsewhere").end());
    assertEquals(new Refused("HTTP_307"), send());
    assertEquals(1, posts.size());
  }

  @Test
  void anOperatorThatDoesNotAnswerIsToldWithoutItsAddress() {
    operator(request -> {});
    timeoutMs = SHORT_TIMEOUT_MS;
    assertUnanswered();
    timeoutMs = TIMEOUT_MS;
    operator(request -> request.connection().close());
    assertUnanswered();
    url = "http://127.0.0.1:1/";
    assertUnanswered();
  }

  @Test
  void whatIsNoDeviceIsNotPosted() {
    operator(200);
    for (String target : new String[] {"", ACI, ACI + ".", ACI + ".128", "+15550100", "x." + ACI}) {
      assertEquals(new Refused("NOT_A_DEVICE"), send(new Push(target, null, true, 7)), target);
    }
    assertEquals(List.of(), posts);
  }

  private void assertUnanswered() {
    BoundedHttp.Unanswered e = assertThrows(BoundedHttp.Unanswered.class, this::send);
    assertFalse(e.toString().contains("of-the-operator"), e.toString());
  }

  private void assertOutcome(PushOutcome outcome, int status) {
    operator(status);
    assertEquals(outcome, send());
  }
}
