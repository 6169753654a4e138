package io.restante.prekey;

import io.restante.protocol.DeviceAddress;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Pools that owners name, with the promise of {@link PrekeyStore}: an entry that a claim returned
 * is never returned again, unless it is the last-resort one.
 *
 * <p>Futures fail with {@link io.restante.protocol.GatewayException} ({@code REDIS_UNAVAILABLE}).
 */
public interface NamedPoolStore {
  /** Stores an upload whole, or nothing of it. */
  Future<UploadResult> upload(DeviceAddress owner, NamedPoolUpload upload);

  /** What there is of a pool; empty where there is no such pool. */
  Future<Optional<PoolState>> state(DeviceAddress owner, PoolName name);

  /** All pools of a device. */
  Future<PoolInventory> inventory(DeviceAddress owner);

  /** Deletes a pool with all its entries; its ledger stays. Tells whether there was one. */
  Future<Boolean> delete(DeviceAddress owner, PoolName name);

  /**
   * Takes one entry of many devices' pools of one name, each for itself, in the order of the
   * targets.
   *
   * @param record names the caller and its idempotency key; null where there is none. Each device
   *     has an answer of its own under it
   * @return fails with 422 where they are more devices than a batch may have
   */
  Future<List<BatchAnswer<NamedEntry>>> claim(
      PoolName name, List<ClaimTarget> targets, Taker taker, @Nullable String record);
}
