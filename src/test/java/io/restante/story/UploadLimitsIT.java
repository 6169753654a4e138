package io.restante.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.testing.GatewayExtension;
import io.restante.testing.client.Answer;
import io.restante.testing.client.Ask;
import io.restante.testing.client.HttpChannel;
import io.restante.testing.client.KeyRing;
import io.restante.testing.client.Phone;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Limits of uploads, at the limit and just over it, over HTTP and in the socket. */
class UploadLimitsIT {
  private static final int UPLOADER = 4;
  private static final String LIMITED = "restante_uploads_limited_total";

  /** One token comes back an hour, so none does while a test runs. */
  @RegisterExtension
  static final GatewayExtension gateway =
      new GatewayExtension()
          .with("limits.enabled", "true")
          .with("limits.uploader-burst", "" + UPLOADER)
          .with("limits.uploader-per-hour", "1");

  /** With limits an account would have 8 of these places. */
  @RegisterExtension
  static final GatewayExtension unlimited =
      new GatewayExtension().with("prekey.verify-waiting-max", "64");

  private static Ask toNamed(String text) {
    JsonObject entry = new JsonObject().put("data", text);
    return Ask.put("/v1/pools/mls", new JsonObject().put("entries", new JsonArray().add(entry)));
  }

  private static Ask keys(Phone phone) {
    return keys(phone, 2);
  }

  private static Ask keys(Phone phone, int count) {
    return Ask.put("/v2/keys", KeyRing.upload(phone.aciKeys().oneTimeEc(count), List.of()));
  }

  private static Ask claiming(Phone phone) {
    JsonObject wanted = new JsonObject().put("account", phone.aci()).put("device", 1);
    return Ask.post(
        "/v1/pools/mls/claim", new JsonObject().put("destinations", new JsonArray().add(wanted)));
  }

  private static void assertLimited(Answer answer) {
    answer.expect(429);
    assertEquals("rate_limited", answer.json().getString("code"));
    int seconds = Integer.parseInt(Objects.requireNonNull(answer.header("Retry-After")));
    assertTrue(seconds > 3_500 && seconds <= 3_600, seconds + " s");
  }

  @Test
  void aDeviceUploadsItsBurstToAllItsPoolsAndThen429AndNothingIsStored() {
    try (Cast cast = new Cast(gateway.publicUrl())) {
      Phone bob = cast.phone();
      Phone tablet = bob.link();
      Phone alice = cast.phone();
      bob.ask(keys(bob)).expect(204);
      bob.ask(keys(bob).at("/v2/keys?identity=pni")).expect(204);
      bob.ask(toNamed("YQ")).expect(204);
      cast.connect(bob).ask(toNamed("Yg")).expect(204);
      double limited = gateway.metric(LIMITED);
      assertLimited(bob.ask(keys(bob, 5)));
      assertLimited(bob.ask(toNamed("Yw")));
      assertLimited(cast.connect(bob).ask(keys(bob).at("/v2/keys?identity=pni")));
      assertEquals(limited + 3, gateway.metric(LIMITED));
      assertEquals(2, bob.stock().ec());
      assertTrue(alice.ask(claiming(bob)).expect(200).text().contains("\"Yg\""));
      bob.ask(Ask.delete("/v1/pools/mls")).expect(204);
      tablet.ask(toNamed("Yw")).expect(204);
      alice.ask(keys(alice)).expect(204);
    }
  }

  @Test
  void anUploadThatCannotBeOneCostsNothing() {
    try (Cast cast = new Cast(gateway.publicUrl())) {
      Phone bob = cast.phone();
      for (int i = 0; i <= UPLOADER; i++) {
        bob.ask(Ask.put("/v2/keys", "{\"preKeys\":3}")).expect(422);
        bob.ask(toNamed("")).expect(422);
      }
      bob.ask(keys(bob)).expect(204);
    }
  }

  /** Also where a client repeats an upload before the first is answered, as often as it likes. */
  @Test
  void withoutLimitsUploadsAtOnceAreAllTaken() {
    try (Cast cast = new Cast(unlimited.publicUrl())) {
      Phone bob = cast.phone();
      HttpChannel http = new HttpChannel(unlimited.publicUrl());
      JsonObject body = KeyRing.upload(bob.aciKeys().oneTimeEc(5), bob.aciKeys().oneTimeKyber(20));
      Ask upload = bob.signed(Ask.put("/v2/keys", body));
      List<CompletableFuture<Answer>> all =
          Stream.generate(() -> http.send(upload)).limit(64).toList();
      all.forEach(answer -> answer.join().expect(204));
      assertEquals(5, bob.stock().ec());
    }
  }
}
