package io.restante.prove;

import io.restante.prove.Place.Kind;
import io.restante.testing.client.KeyRing;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * An upload as it is sent: one-time keys of both kinds.
 *
 * @param renumbered whether its keys have other ids than they had first
 */
record Batch(JsonObject body, boolean renumbered) {
  private static final String EC = "preKeys";
  private static final String KEM = "pqPreKeys";
  private static final int ID_MAX = 1 << 24;

  /** So many new keys of each kind, the private halves of which the ring keeps. */
  static Batch fresh(KeyRing keys, int ec, int kem) {
    return new Batch(KeyRing.upload(keys.oneTimeEc(ec), keys.oneTimeKyber(kem)), false);
  }

  /** Names of its keys, in their order. */
  List<String> keys() {
    List<String> names = new ArrayList<>();
    for (Object key : list(EC)) {
      names.add(Kind.EC.name(((JsonObject) key).getString("publicKey")));
    }
    for (Object key : list(KEM)) {
      names.add(Kind.KEM.name(((JsonObject) key).getString("publicKey")));
    }
    return names;
  }

  /** The same keys in another order, each under another id. */
  Batch renumber(Random random) {
    int from = random.nextInt(ID_MAX / 2) + KeyRing.ONE_TIME_ID_MIN;
    JsonObject other = new JsonObject();
    for (String name : List.of(EC, KEM)) {
      List<Object> keys = new ArrayList<>();
      list(name).forEach(keys::add);
      Collections.shuffle(keys, random);
      JsonArray renumbered = new JsonArray();
      for (Object key : keys) {
        JsonObject copy = new JsonArray(List.of(key)).getJsonObject(0).copy();
        renumbered.add(copy.put("keyId", from + renumbered.size()));
      }
      if (!renumbered.isEmpty()) {
        other.put(name, renumbered);
      }
    }
    return new Batch(other, true);
  }

  /** These keys, and after them those of another one. */
  Batch and(Batch more) {
    JsonObject both = new JsonObject();
    for (String name : List.of(EC, KEM)) {
      JsonArray keys = list(name).copy();
      more.list(name).forEach(keys::add);
      if (!keys.isEmpty()) {
        both.put(name, keys);
      }
    }
    return new Batch(both, renumbered || more.renumbered);
  }

  private JsonArray list(String name) {
    JsonArray keys = body.getJsonArray(name);
    return keys == null ? new JsonArray() : keys;
  }
}
