package io.restante.prekey;

import io.restante.protocol.DeviceAddress;
import io.restante.protocol.IdempotencyKey;
import io.restante.protocol.Identity;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The prekeys of all devices. A one-time key that a claim returned is never returned again: not
 * under concurrent claims, not after a lost reply, and not when its owner uploads it again, as far
 * back as the pool's ledger reaches. When in doubt a key is burned.
 *
 * <p>Futures fail with {@link io.restante.protocol.GatewayException} ({@code REDIS_UNAVAILABLE},
 * and what a failed claim may have popped is burned; {@code RATE_LIMITED}, and nothing was popped).
 */
public interface PrekeyStore {
  /** Stores an upload whole, or nothing of it. */
  Future<UploadResult> upload(DeviceAddress owner, Identity identity, VerifiedUpload upload);

  /** What is stored besides the pools; all absent where there is nothing. */
  Future<DeviceKeys> keys(DeviceAddress owner, Identity identity);

  /** How many one-time keys wait in a pool, its reserve included. */
  Future<Integer> count(DeviceAddress owner, Identity identity, Pool pool);

  /**
   * Takes one key of each pool, as far as the taker may: each device is asked for before anything
   * is popped.
   */
  Future<ClaimResult> claim(ClaimTarget target, Taker taker);

  /**
   * Takes one key of each pool, once: within the window the same record gets the same bytes again
   * and takes nothing.
   *
   * @param record names the caller and its idempotency key, see {@link IdempotencyKey#record}
   */
  Future<ClaimResult> claimOnce(ClaimTarget target, Taker taker, String record);

  /**
   * Takes one key of each pool of many devices, each for itself. The answers come in the order of
   * the targets, those of all devices of an account in the order of the devices.
   *
   * @param record names the caller and its idempotency key; null where there is none. Each device
   *     has an answer of its own under it
   * @return fails with 422 where they are more devices than a batch may have
   */
  Future<List<BatchAnswer<DeviceBundle>>> claimBatch(
      List<ClaimTarget> targets, Taker taker, @Nullable String record);
}
