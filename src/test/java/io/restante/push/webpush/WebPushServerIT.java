package io.restante.push.webpush;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.restante.push.Push;
import io.restante.push.PushOutcome;
import io.restante.push.PushOutcome.Accepted;
import io.restante.push.PushOutcome.Gone;
import io.restante.push.PushOutcome.Refused;
import io.restante.testing.EventLoop;
import io.restante.testing.NodeProgram;
import io.restante.testing.Seeded;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A push server that is not ours, and what the browser behind it decrypts: web-push-testing. */
class WebPushServerIT {
  @TempDir private static Path folder = Path.of(".");

  @SuppressWarnings("NullAway.Init") // By start().
  private static PushBed bed;

  @SuppressWarnings("NullAway.Init") // By start().
  private static NodeProgram server;

  @BeforeAll
  static void start() {
    assumeTrue(NodeProgram.isInstalled(), "make test installs what src/test/node needs");
    bed = new PushBed(folder);
    server = new NodeProgram("webpush.mjs");
    JsonObject listening =
        server.ask(
            new JsonObject()
                .put("do", "listen")
                .put("certificate", bed.tls.certificate().toString())
                .put("key", bed.tls.key().toString()));
    bed.open(listening.getInteger("port"), true, "localhost");
  }

  @AfterAll
  static void end() {
    if (server != null) {
      server.close();
      bed.close();
    }
  }

  private static JsonObject subscribe(String key) {
    return server.ask(new JsonObject().put("do", "subscribe").put("applicationServerKey", key));
  }

  /** What an app would hand to the gateway, as it is stored. */
  private static String target(JsonObject subscription) {
    JsonObject keys = subscription.getJsonObject("keys");
    return WebPushSubscription.of(
            subscription.getString("endpoint"),
            keys.getString("p256dh"),
            keys.getString("auth"),
            bed.shared().rules())
        .text();
  }

  private static PushOutcome push(Push push) {
    return EventLoop.result(bed.begin(push));
  }

  private static JsonObject received() {
    return server.ask(new JsonObject().put("do", "received"));
  }

  @Test
  void whatTheBrowserDecryptsIsTheEnvelope() {
    String target = target(subscribe(bed.shared().publicKey()));
    received();
    Random random = Seeded.random("WebPushServerIT");
    JsonArray sent = new JsonArray();
    for (int bytes : new int[] {1, 200, bed.sender().envelopeBytesMax()}) {
      byte[] envelope = Seeded.bytes(random, bytes);
      sent.add(Base64.getEncoder().withoutPadding().encodeToString(envelope));
      assertEquals(
          new Accepted(),
          push(new Push(target, Buffer.buffer(envelope), true, PushBed.NOW_MS + 60_000)));
    }
    JsonObject received = received();
    assertEquals(sent, received.getJsonArray("decrypted"));
    assertEquals(
        new JsonObject()
            .put("ttl", "60")
            .put("urgency", "high")
            .put("x-content-encoding", "aes128gcm"),
        received.getJsonArray("requests").getJsonObject(2));
  }

  @Test
  void aWakeUpIsDecryptedAsNothing() {
    String target = target(subscribe(bed.shared().publicKey()));
    received();
    assertEquals(new Accepted(), push(new Push(target, null, false, PushBed.NOW_MS)));
    JsonObject received = received();
    assertEquals(new JsonArray().add(""), received.getJsonArray("decrypted"));
    JsonObject request = received.getJsonArray("requests").getJsonObject(0);
    assertEquals("wake-up", request.getString("topic"));
  }

  @Test
  void aSubscriptionThatWasTakenBackIsGone() {
    JsonObject subscription = subscribe(bed.shared().publicKey());
    Push push = new Push(target(subscription), Buffer.buffer("a"), true, PushBed.NOW_MS);
    assertEquals(new Accepted(), push(push));
    server.ask(
        new JsonObject()
            .put("do", "expire")
            .put("clientHash", subscription.getString("clientHash")));
    assertEquals(new Gone(PushBed.NOW_MS), push(push));
  }

  /** This server answers 400, others 401 or 403: the operator's matter, not the device's. */
  @Test
  void aSubscriptionThatWasMadeWithAnotherKeyTakesNothingFromUs() {
    String other = VapidKey.generate(new SecureRandom()).publicKey();
    assertFalse(other.equals(bed.shared().publicKey()));
    Push push = new Push(target(subscribe(other)), Buffer.buffer("a"), true, PushBed.NOW_MS);
    assertEquals(new Refused("status 400"), push(push));
  }
}
