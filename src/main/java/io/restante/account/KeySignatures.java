package io.restante.account;

import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.restante.protocol.Identity;
import io.restante.protocol.XEdDsa;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

/**
 * Verifies the signatures of a device's keys, off the event loop: about a millisecond for the four
 * of them. What waits is limited. Used only from its event loop.
 */
final class KeySignatures {
  /** A quarter of a second of one core. */
  static final int WAITING_MAX = 256;

  private final Vertx vertx;
  private int waiting;

  KeySignatures(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Fails with {@link ErrorCode#INVALID_SIGNATURE}, which names the field, where one is wrong. */
  Future<Void> verify(DeviceKeys keys) {
    if (waiting >= WAITING_MAX) {
      return Future.failedFuture(
          new GatewayException(ErrorCode.OVERLOADED, "signatures to verify: too many", 1));
    }
    waiting++;
    return vertx
        .<Void>executeBlocking(
            () -> {
              for (Identity identity : Identity.values()) {
                check(identity.wireName(), keys.of(identity));
              }
              return null;
            },
            false)
        .onComplete(done -> waiting--);
  }

  private static void check(String name, DeviceKeys.OfIdentity keys) {
    XEdDsa identity = XEdDsa.of(keys.identityKey());
    check(keys.signed().isSignedBy(identity), name + "SignedPreKey");
    check(keys.lastResort().isSignedBy(identity), name + "PqLastResortPreKey");
  }

  private static void check(boolean verifies, String field) {
    if (!verifies) {
      throw new GatewayException(
          ErrorCode.INVALID_SIGNATURE,
          field + ".signature: does not verify (expected: by the identity key)");
    }
  }
}
