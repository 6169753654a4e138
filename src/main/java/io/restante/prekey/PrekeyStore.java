package io.restante.prekey;

import io.restante.protocol.DeviceAddress;
import io.restante.protocol.IdempotencyKey;
import io.restante.protocol.Identity;
import io.vertx.core.Future;

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

  /** How many one-time keys wait in a pool. */
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
}
