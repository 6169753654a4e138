package io.restante.prekey;

import io.restante.account.Directory;
import io.restante.protocol.Destination;
import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.restante.protocol.IdempotencyKey;
import io.restante.protocol.IdempotencyKey.Purpose;
import io.restante.protocol.Identity;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import java.util.UUID;

/**
 * Claims for one event loop. Nothing is popped before the claimant is authorised: a device may
 * claim from everyone; whoever is anonymous needs the destination's access key, and learns nothing
 * of an account without it.
 */
public final class PrekeyClaims {
  private static final UUID NO_ACCOUNT = new UUID(0, 0);

  private final Directory directory;
  private final PrekeyStore store;
  private final ClaimLimits limits;
  private final PrekeyMetrics metrics;

  /** The claims of one event loop. */
  public PrekeyClaims(
      Directory directory, PrekeyStore store, ClaimLimits limits, PrekeyMetrics metrics) {
    this.directory = directory;
    this.store = store;
    this.limits = limits;
    this.metrics = metrics;
  }

  /**
   * Claims one key of each pool.
   *
   * @param device 1 to 127, or {@link ClaimTarget#ALL_DEVICES}
   * @return the bundle as JSON; fails with 401 where the claimant may not, 404 where there is
   *     nothing, 422 for an idempotency key that is anonymous or was used for something else, 429
   *     where the claimant has had too much
   */
  public Future<Buffer> claim(
      Claimant claimant, Destination destination, int device, Optional<IdempotencyKey> once) {
    Taker taker = new Taker(claimant, limits);
    if (claimant instanceof Claimant.Device caller) {
      return directory
          .aciOf(destination)
          .compose(
              aci -> {
                if (aci.isEmpty()) {
                  return refuse(ClaimResult.Refused.NO_ACCOUNT);
                }
                ClaimTarget target = new ClaimTarget(aci.get(), identityOf(destination), device);
                return once.isPresent()
                    ? store.claimOnce(
                        target, taker, once.get().record(Purpose.CLAIM, caller.address()))
                    : store.claim(target, taker);
              })
          .map(PrekeyClaims::bundle);
    }
    if (once.isPresent()) {
      throw new GatewayException(
          ErrorCode.INVALID_FIELD, "Idempotency-Key: on an anonymous fetch (expected: absent)");
    }
    byte[] accessKey = ((Claimant.Anonymous) claimant).accessKey();
    return claimAnonymously(taker, accessKey, destination, device).map(PrekeyClaims::bundle);
  }

  private Future<ClaimResult> claimAnonymously(
      Taker taker, byte[] accessKey, Destination destination, int device) {
    // An access key belongs to a profile, and a profile to an ACI.
    if (identityOf(destination) == Identity.PNI) {
      return Future.failedFuture(unauthenticated());
    }
    return directory
        .aciOf(destination)
        .compose(
            aci -> {
              UUID account = aci.orElse(NO_ACCOUNT);
              return directory
                  .admits(account, accessKey)
                  .compose(
                      admitted ->
                          admitted
                              ? store.claim(new ClaimTarget(account, Identity.ACI, device), taker)
                              : Future.failedFuture(unauthenticated()));
            });
  }

  static Identity identityOf(Destination destination) {
    return destination instanceof Destination.ById byId ? byId.id().identity() : Identity.ACI;
  }

  private Future<ClaimResult> refuse(ClaimResult.Refused reason) {
    metrics.refused(reason);
    return Future.succeededFuture(reason);
  }

  private static Buffer bundle(ClaimResult result) {
    if (result instanceof ClaimResult.Claimed claimed) {
      return claimed.json();
    }
    throw PoolClaims.refusal((ClaimResult.Refused) result);
  }

  static GatewayException unauthenticated() {
    return new GatewayException(
        ErrorCode.UNAUTHENTICATED,
        "access key (expected: that of the destination, which is an ACI or a handle)");
  }
}
