package io.restante.story;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.restante.redis.AccountKeys;
import io.restante.testing.GatewayExtension;
import io.restante.testing.client.Answer;
import io.restante.testing.client.Ask;
import io.restante.testing.client.OpenLetter;
import io.restante.testing.client.Phone;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Messages to many that are larger, all copies together, than the link to Redis takes at a time.
 */
class LargeCircularIT {
  private static final int ACCOUNTS = 128;
  private static final int CONTENT_BYTES = 65_536;
  private static final int REGISTRATION = 7;
  private static final int AT_ONCE = 3;
  private static final int SERVED = 4;

  /** If so many let nobody else be served meanwhile, it is not this machine. */
  private static final int LETTERS_MAX = 30;

  private static final String KEY = "Idempotency-Key";

  @RegisterExtension
  static final GatewayExtension gateway =
      new GatewayExtension()
          .with("http.verticles", "1")
          .with("redis.in-flight-bytes-max", "1048576")
          .with("redis.in-flight-max", "100")
          .with("mailbox.recipients-bytes-max", "" + ACCOUNTS * CONTENT_BYTES);

  private final List<UUID> group = new ArrayList<>();
  private Cast cast;
  private Phone alice;

  @BeforeEach
  void accounts() {
    cast = new Cast(gateway.publicUrl());
    alice = cast.phone();
    for (int i = 0; i < ACCOUNTS; i++) {
      UUID aci = UUID.randomUUID();
      gateway.redis().command("HSET", AccountKeys.of(aci).devices(), 1, REGISTRATION);
      group.add(aci);
    }
  }

  @AfterEach
  void close() {
    cast.close();
  }

  private OpenLetter toAll() {
    OpenLetter letter = new OpenLetter();
    group.forEach(aci -> letter.to(aci, REGISTRATION, 1));
    return letter;
  }

  private void assertEachHas(long envelopes) {
    for (UUID aci : group) {
      assertEquals(envelopes, gateway.redis().command("XLEN", AccountKeys.of(aci).mail(1)));
    }
  }

  @Test
  void itReachesEverybodyOnceAndOthersAreServedMeanwhile() {
    Ask letter = alice.signed(toAll().ask(CONTENT_BYTES));
    ArrayDeque<CompletableFuture<Answer>> underWay = new ArrayDeque<>();
    int begun = 0;
    int servedMeanwhile = 0;
    // Where this machine stands still they arrive unseen, and others come after them.
    while (begun < LETTERS_MAX && servedMeanwhile < SERVED) {
      while (underWay.size() < AT_ONCE) {
        underWay.add(cast.http().send(letter));
        begun++;
      }
      CompletableFuture<Answer> last = Objects.requireNonNull(underWay.peekLast());
      alice.ask(Ask.get("/v1/messages")).expect(200);
      alice.ask(Ask.get("/v2/keys/" + alice.aci() + "/1")).expect(200);
      servedMeanwhile += last.isDone() ? 0 : 1;
      while (!underWay.isEmpty() && underWay.peek().isDone()) {
        assertTaken(underWay.remove());
      }
    }
    underWay.forEach(LargeCircularIT::assertTaken);
    assertEachHas(begun);
    assertEquals(SERVED, servedMeanwhile, begun + " letters");
  }

  private static void assertTaken(CompletableFuture<Answer> letter) {
    JsonObject taken = letter.join().expect(200).json();
    assertEquals(new JsonObject().put("uuids404", new JsonArray()), taken);
  }

  @Test
  void moreThanAllCopiesMayHaveIsRefusedAndNothingIsStored() {
    Answer refused = alice.ask(toAll().ask(CONTENT_BYTES + 1)).expect(413);
    assertEquals("too_large", refused.json().getString("code"));
    assertEquals(
        "message: 65537 bytes for each of 128 devices (expected: at most 8388608 in all)",
        refused.json().getString("detail"));
    int[] devices = IntStream.rangeClosed(1, 127).toArray();
    OpenLetter many = new OpenLetter();
    group.forEach(aci -> many.to(aci, REGISTRATION, devices));
    // 3.25 GB, which is a negative number in 32 bits.
    alice.ask(many.ask(200_000)).expect(413);
    assertEachHas(0);
  }

  @Test
  void devicesThatNoAccountHasAreToldAndNothingIsStored() {
    int[] devices = IntStream.rangeClosed(1, 127).toArray();
    OpenLetter many = new OpenLetter();
    group.forEach(aci -> many.to(aci, REGISTRATION, devices));
    JsonArray wrong = new JsonArray(alice.ask(many.ask(100)).expect(409).text());
    assertEquals(ACCOUNTS, wrong.size());
    for (int i = 0; i < ACCOUNTS; i++) {
      JsonObject each = wrong.getJsonObject(i);
      assertEquals(group.get(i).toString(), each.getString("uuid"));
      JsonObject told = each.getJsonObject("devices");
      assertEquals(new JsonArray(), told.getJsonArray("missingDevices"));
      assertEquals(126, told.getJsonArray("extraDevices").size());
    }
    assertEachHas(0);
  }

  @Test
  void accountsThatThereAreNotCostNothing() {
    OpenLetter strangers = new OpenLetter();
    for (int i = 0; i < ACCOUNTS; i++) {
      strangers.to(UUID.randomUUID(), REGISTRATION, 1);
    }
    JsonObject taken = alice.ask(strangers.ask(CONTENT_BYTES)).expect(200).json();
    assertEquals(ACCOUNTS, taken.getJsonArray("uuids404").size());
  }

  @Test
  void underOneKeyItReachesNobodyTwice() {
    Ask ask = toAll().ask(1_000).with(KEY, "key-number-1");
    for (int i = 0; i < 2; i++) {
      assertEquals("{\"uuids404\":[]}", alice.ask(ask).expect(200).text());
    }
    assertEachHas(1);
    Answer other = alice.ask(toAll().ask(1_001).with(KEY, "key-number-1")).expect(422);
    assertEquals("idempotency_key_reused", other.json().getString("code"));
    Ask later = ask.at("/v1/messages/multi_recipient?ts=1700000000001");
    alice.ask(later).expect(422);
    cast.http().ask(ask.with("Unidentified-Access-Key", alice.accessKey())).expect(422);
    assertEachHas(1);
  }
}
