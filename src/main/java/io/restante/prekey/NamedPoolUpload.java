package io.restante.prekey;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a device uploads to a named pool, checked.
 *
 * @param entries empty leaves what is there, with its order and time to live
 * @param lastResort null leaves what is there
 * @param ttlSeconds after which the entries expire; 0 for never
 */
public record NamedPoolUpload(
    PoolName name,
    List<NamedEntry> entries,
    @Nullable NamedEntry lastResort,
    boolean isNewestFirst,
    int ttlSeconds) {
  /** The ledger knows an entry by its data, whatever its id is. */
  PoolBatch batch() {
    List<byte[]> packed = new ArrayList<>(entries.size());
    List<byte[]> data = new ArrayList<>(entries.size());
    for (NamedEntry entry : entries) {
      packed.add(entry.pack());
      data.add(entry.data());
    }
    return new PoolBatch(
        Pool.named(name), packed, PoolBatch.fingerprints(data), isNewestFirst, ttlSeconds);
  }
}
