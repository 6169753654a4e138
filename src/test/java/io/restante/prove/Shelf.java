package io.restante.prove;

import io.restante.testing.client.KeyRing;
import io.restante.testing.client.Phone;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntFunction;

/**
 * The pools of a place that one route fills and tells the counts of: both of the Signal protocol,
 * or a named one.
 *
 * @param phone whose they are
 * @param identity its identity key
 * @param path the route
 * @param counts the names of the pools, each with the field of the answer that has its count
 * @param source makes an upload of about so many new keys
 * @param past what was uploaded so far, the newest last
 */
record Shelf(
    Place place,
    Phone phone,
    String identity,
    String path,
    Map<String, String> counts,
    IntFunction<Batch> source,
    List<Batch> past) {
  /** The named pools of every device. */
  static final List<String> NAMED = List.of("mls", "olm");

  /** Of 100 uploads of the first of them so many bring a last-resort entry, of the other none. */
  private static final int LAST_RESORTS = 25;

  private static final int BATCHES_REMEMBERED = 12;

  /** The pools of the Signal protocol of one identity. */
  static Shelf signal(Place place, Phone phone, KeyRing keys, boolean pni) {
    return new Shelf(
        place,
        phone,
        identity(keys),
        "/v2/keys" + (pni ? "?identity=pni" : ""),
        Map.of(Pool.EC, "count", Pool.KEM, "pqCount"),
        count -> Batch.signal(keys, count, count / 2),
        new ArrayList<>());
  }

  /** A named pool. */
  static Shelf named(String name, Place place, Phone phone, Random random) {
    int chance = name.equals(NAMED.get(0)) ? LAST_RESORTS : 0;
    return new Shelf(
        place,
        phone,
        identity(phone.aciKeys()),
        "/v1/pools/" + name,
        Map.of(name, "count"),
        count -> Batch.named(name, random, count, random.nextInt(100) < chance),
        new ArrayList<>());
  }

  /** The pool that its owner may delete; none where there is none. */
  Optional<Pool> deletable() {
    return NAMED.stream()
        .filter(counts::containsKey)
        .findFirst()
        .map(name -> new Pool(place, name));
  }

  /** An identity key as answers have it. */
  static String identity(KeyRing keys) {
    return Base64.getEncoder().withoutPadding().encodeToString(keys.identityKey());
  }

  /** An upload of new keys, which it remembers. */
  Batch fresh(int count) {
    Batch batch = source.apply(count);
    past.add(batch);
    if (past.size() > BATCHES_REMEMBERED) {
      past.remove(0);
    }
    return batch;
  }

  /** The newest upload. */
  Batch last() {
    return past.get(past.size() - 1);
  }
}
