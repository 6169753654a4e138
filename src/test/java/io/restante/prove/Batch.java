package io.restante.prove;

import io.restante.testing.client.KeyRing;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * An upload as it is sent: one-time keys of each pool that its route fills.
 *
 * @param renumbered whether its keys have other ids than they had first
 */
record Batch(JsonObject body, List<Column> columns, boolean renumbered) {
  private static final String LAST_RESORT = "lastResort";
  private static final String DATA = "data";
  private static final int ID_MAX = 1 << 24;
  private static final int BYTES_MIN = 18;
  private static final int BYTES_MAX = 400;

  /**
   * Where an upload has the keys of a pool.
   *
   * @param list the field with the list
   * @param pool the pool's name
   * @param key the field of each with what makes it one
   * @param id the field with its id
   * @param numbered an id of this number
   */
  record Column(String list, String pool, String key, String id, IntFunction<Object> numbered) {}

  private static final List<Column> SIGNAL =
      List.of(
          new Column("preKeys", Pool.EC, "publicKey", "keyId", number -> number),
          new Column("pqPreKeys", Pool.KEM, "publicKey", "keyId", number -> number));

  /** So many new keys of each kind, the private halves of which the ring keeps. */
  static Batch signal(KeyRing keys, int ec, int kem) {
    return new Batch(KeyRing.upload(keys.oneTimeEc(ec), keys.oneTimeKyber(kem)), SIGNAL, false);
  }

  /** So many new entries of a named pool, most of them with an id, and maybe a last-resort one. */
  static Batch named(String pool, Random random, int count, boolean withLastResort) {
    JsonArray entries = new JsonArray();
    for (int i = 0; i < count; i++) {
      JsonObject entry = new JsonObject().put(DATA, data(random));
      entries.add(random.nextInt(4) == 0 ? entry : entry.put("id", "entry-" + random.nextLong()));
    }
    JsonObject body =
        new JsonObject()
            .put("entries", entries)
            .put("order", random.nextBoolean() ? "oldest" : "newest");
    if (withLastResort) {
      body.put(LAST_RESORT, new JsonObject().put("id", "last").put(DATA, data(random)));
    }
    Column column = new Column("entries", pool, DATA, "id", number -> "entry-" + number);
    return new Batch(body, List.of(column), false);
  }

  private static String data(Random random) {
    byte[] data = new byte[BYTES_MIN + random.nextInt(BYTES_MAX)];
    random.nextBytes(data);
    return Base64.getEncoder().withoutPadding().encodeToString(data);
  }

  /** Names of its keys, in their order. */
  List<String> keys() {
    List<String> names = new ArrayList<>();
    for (Column column : columns) {
      for (Object key : list(column)) {
        names.add(Pool.key(column.pool(), ((JsonObject) key).getString(column.key())));
      }
    }
    return names;
  }

  /** The name of its last-resort key, null where it has none. */
  @Nullable String lastResort() {
    JsonObject last = body.getJsonObject(LAST_RESORT);
    return last == null ? null : Pool.key(columns.get(0).pool(), last.getString(DATA));
  }

  /** The same keys in another order, each under another id. */
  Batch renumber(Random random) {
    int from = random.nextInt(ID_MAX / 2) + KeyRing.ONE_TIME_ID_MIN;
    JsonObject other = body.copy();
    for (Column column : columns) {
      List<JsonObject> keys = new ArrayList<>();
      list(column).forEach(key -> keys.add(((JsonObject) key).copy()));
      Collections.shuffle(keys, random);
      for (int i = 0; i < keys.size(); i++) {
        keys.get(i).put(column.id(), column.numbered().apply(from + i));
      }
      put(other, column, new JsonArray(keys));
    }
    return new Batch(other, columns, true);
  }

  /** These keys, and after them those of another one. */
  Batch and(Batch more) {
    JsonObject both = body.copy().mergeIn(more.body.copy());
    for (Column column : columns) {
      put(both, column, list(column).copy().addAll(more.list(column).copy()));
    }
    return new Batch(both, columns, renumbered || more.renumbered);
  }

  private static void put(JsonObject body, Column column, JsonArray keys) {
    if (!keys.isEmpty()) {
      body.put(column.list(), keys);
    }
  }

  private JsonArray list(Column column) {
    JsonArray keys = body.getJsonArray(column.list());
    return keys == null ? new JsonArray() : keys;
  }
}
