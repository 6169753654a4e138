package io.restante.story;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.protocol.Identity;
import io.restante.redis.AccountKeys;
import io.restante.testing.GatewayExtension;
import io.restante.testing.client.Answer;
import io.restante.testing.client.Ask;
import io.restante.testing.client.HttpChannel;
import io.restante.testing.client.Phone;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One request that begins sessions with all devices of a large group. */
class BatchClaimIT {
  @RegisterExtension static final GatewayExtension gateway = new GatewayExtension();
  private static final Random RANDOM = new Random(321);
  private static final int ACCOUNTS = 107;
  private static final int DEVICES_EACH = 3;
  private static final int REPETITIONS = 40;
  private static final int SIGNED_BYTES = 3 + 33 + 64;
  private static final int EC_BYTES = 2 + 3 + 32;
  private static final int KEM_BYTES = 2 + 3 + 1_568 + 64;

  private final HttpChannel http = new HttpChannel(gateway.publicUrl());
  private Phone alice = new Phone(http, "+4915550000001");
  private Phone bob = new Phone(http, "+4915550000002");

  @BeforeEach
  void register() {
    alice = alice.register();
    bob = bob.register();
  }

  /** What registrations and uploads leave, of keys that nobody verifies here. */
  private UUID account(int devices, int keys) {
    UUID aci = new UUID(RANDOM.nextLong(), RANDOM.nextLong());
    AccountKeys names = AccountKeys.of(aci);
    byte[] identity = bytes(33, 5);
    for (int device = 1; device <= devices; device++) {
      redis("HSET", names.devices(), device, "7:8");
      redis(
          "HSET",
          names.keys(Identity.ACI, device),
          "epoch",
          1,
          "identity",
          identity,
          "reg",
          7,
          "signed",
          bytes(SIGNED_BYTES, 0));
      push(names.pool(Identity.ACI, "ec", device), keys, EC_BYTES);
      push(names.pool(Identity.ACI, "kem", device), keys, KEM_BYTES);
    }
    return aci;
  }

  private void push(String pool, int count, int length) {
    List<Object> words = new ArrayList<>(List.of("RPUSH", pool));
    for (int i = 0; i < count; i++) {
      byte[] entry = bytes(length, 0);
      entry[1] = 1;
      words.add(entry);
    }
    redis(words.toArray());
  }

  private byte[] bytes(int length, int first) {
    byte[] bytes = new byte[length];
    RANDOM.nextBytes(bytes);
    bytes[0] = (byte) first;
    return bytes;
  }

  private static void redis(Object... words) {
    gateway.redis().command(words);
  }

  private static JsonObject wanted(String destination, Object device) {
    return new JsonObject().put("destination", destination).put("device", device);
  }

  private static Ask batch(JsonArray destinations) {
    return Ask.post("/v2/keys/batch", new JsonObject().put("destinations", destinations));
  }

  private static List<JsonObject> results(Answer answer) {
    List<JsonObject> results = new ArrayList<>();
    answer
        .expect(200)
        .json()
        .getJsonArray("results")
        .forEach(each -> results.add((JsonObject) each));
    return results;
  }

  private static JsonObject only(JsonObject result) {
    JsonArray devices = result.getJsonObject("keys").getJsonArray("devices");
    assertEquals(1, devices.size());
    return devices.getJsonObject(0);
  }

  @Test
  void keysOf321DevicesComeInOneRequestEachOnce() {
    JsonArray destinations = new JsonArray();
    for (int i = 0; i < ACCOUNTS; i++) {
      String aci = account(DEVICES_EACH, REPETITIONS).toString();
      for (int device = 1; device <= DEVICES_EACH; device++) {
        destinations.add(wanted(aci, device));
      }
    }
    Ask ask = alice.signed(batch(destinations));
    Set<String> seen = new HashSet<>();
    long[] nanos = new long[REPETITIONS];
    for (int i = 0; i < REPETITIONS; i++) {
      long start = System.nanoTime();
      Answer answer = http.send(ask).join();
      nanos[i] = System.nanoTime() - start;
      List<JsonObject> results = results(answer);
      assertEquals(321, results.size());
      for (int at = 0; at < 321; at++) {
        JsonObject result = results.get(at);
        JsonObject asked = destinations.getJsonObject(at);
        assertEquals(asked.getString("destination"), result.getString("destination"));
        assertEquals(asked.getInteger("device"), result.getInteger("device"));
        JsonObject device = only(result);
        assertTrue(seen.add(device.getJsonObject("preKey").getString("publicKey")));
        assertTrue(seen.add(device.getJsonObject("pqPreKey").getString("publicKey")));
      }
    }
    assertEquals(321 * 2 * REPETITIONS, seen.size());
    Arrays.sort(nanos);
    System.out.printf(
        "321 devices in one request, %d times: p50 %.1f ms, p99 %.1f ms, first to last %.1f to"
            + " %.1f ms%n",
        REPETITIONS,
        nanos[REPETITIONS / 2] / 1e6,
        nanos[REPETITIONS * 99 / 100] / 1e6,
        nanos[0] / 1e6,
        nanos[REPETITIONS - 1] / 1e6);
    for (JsonObject empty : results(http.send(ask).join())) {
      assertFalse(only(empty).containsKey("preKey"));
    }
  }

  @Test
  void everyKindOfDestinationIsAnsweredForItselfInTheOrderOfTheRequest() {
    bob.refill(20);
    String three = account(3, 5).toString();
    String unknown = UUID.randomUUID().toString();
    JsonArray destinations =
        new JsonArray()
            .add(wanted(unknown, "*"))
            .add(wanted(bob.handle(), 1))
            .add(wanted(three, "*"))
            .add(wanted("PNI:" + bob.pni(), 1))
            .add(wanted(bob.aci(), 9))
            .add(wanted("+49199999", 1));
    List<JsonObject> results = results(alice.ask(batch(destinations)));
    assertEquals(8, results.size());
    assertEquals(error("no_such_account"), results.get(0).getJsonObject("error"));
    assertTrue(only(results.get(1)).containsKey("preKey"));
    for (int device = 1; device <= 3; device++) {
      assertEquals(device, results.get(1 + device).getInteger("device"));
      assertEquals(three, results.get(1 + device).getString("destination"));
      assertEquals(device, only(results.get(1 + device)).getInteger("deviceId"));
    }
    assertTrue(only(results.get(5)).containsKey("signedPreKey"));
    assertEquals(error("no_such_device"), results.get(6).getJsonObject("error"));
    assertEquals(error("no_such_account"), results.get(7).getJsonObject("error"));
  }

  private static JsonObject error(String code) {
    return new JsonObject().put("status", 404).put("code", code);
  }

  @Test
  void aDeviceNamedTwiceRefusesTheRequestAndTakesNothing() {
    bob.refill(20);
    for (JsonArray twice :
        List.of(
            new JsonArray().add(wanted(bob.aci(), 1)).add(wanted(bob.handle(), 1)),
            new JsonArray().add(wanted(bob.aci(), "*")).add(wanted(bob.aci(), 1)))) {
      alice.ask(batch(twice)).expect(422);
    }
    assertEquals(20, bob.stock().ec());
  }

  @Test
  void asManyDevicesAsABatchMayHaveAndNoMore() {
    JsonArray most = new JsonArray();
    for (int i = 0; i < 499; i++) {
      most.add(wanted(UUID.randomUUID().toString(), 1));
    }
    JsonArray full = most.copy().add(wanted(bob.aci(), "*"));
    assertEquals(500, results(alice.ask(batch(full))).size());
    alice.ask(batch(full.copy().add(wanted(alice.aci(), 1)))).expect(422);
    // 499 and all of an account's two are one more.
    String two = account(2, 1).toString();
    Answer over = alice.ask(batch(most.copy().add(wanted(two, "*")))).expect(422);
    assertTrue(over.text().contains("at most 500"), over.text());
    assertEquals(2, results(alice.ask(batch(new JsonArray().add(wanted(two, "*"))))).size());
    alice.ask(batch(new JsonArray())).expect(422);
  }

  @Test
  void aRepeatedRequestWithAnIdempotencyKeyGetsTheSameBytesAndTakesNothing() {
    bob.refill(20);
    Ask ask =
        batch(new JsonArray().add(wanted(bob.aci(), 1)).add(wanted(account(2, 5).toString(), "*")))
            .with("Idempotency-Key", "12345678");
    Answer first = alice.ask(ask).expect(200);
    assertArrayEquals(first.body(), alice.ask(ask).expect(200).body());
    assertEquals(19, bob.stock().ec());
    assertFalse(Arrays.equals(first.body(), bob.ask(ask).expect(200).body()));
  }
}
