package io.restante.prekey;

import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.restante.protocol.SignedPrekey;
import io.restante.protocol.XEdDsa;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Verifies the signatures of uploads on threads of its own, as an upload of 100 post-quantum keys
 * takes 20 ms. One for a gateway, usable from every event loop. So many uploads may wait, of one
 * account fewer, and all further ones are refused at once.
 */
public final class UploadCheck {
  /** Name of the worker threads, which checks of one Vert.x share. */
  static final String THREADS_NAME = "restante-signatures";

  private static final int RETRY_AFTER_SECONDS = 1;

  /** Uploads of one account at a time, at least: both identities, and a repetition of each. */
  private static final int ACCOUNT_WAITING_MIN = 4;

  private static final int ACCOUNTS_AT_ONCE = 8;

  private final WorkerExecutor workers;
  private final int waitingMax;
  private final int accountWaitingMax;
  private final PrekeyMetrics metrics;
  private final AtomicInteger waiting = new AtomicInteger();
  private final ConcurrentHashMap<UUID, Integer> waitingByAccount = new ConcurrentHashMap<>();

  /**
   * The check of a gateway.
   *
   * @param threads that verify
   * @param waitingMax uploads that are verified or wait for it
   * @param accountWaitingMax of these those of one account
   */
  public UploadCheck(
      Vertx vertx, int threads, int waitingMax, int accountWaitingMax, PrekeyMetrics metrics) {
    if (threads < 1 || waitingMax < threads) {
      throw new IllegalArgumentException(
          "waitingMax: " + waitingMax + " with " + threads + " threads (expected: no fewer)");
    }
    if (accountWaitingMax < 1) {
      throw new IllegalArgumentException(
          "accountWaitingMax: " + accountWaitingMax + " (expected: 1 or more)");
    }
    this.workers = vertx.createSharedWorkerExecutor(THREADS_NAME, threads);
    this.waitingMax = waitingMax;
    this.accountWaitingMax = accountWaitingMax;
    this.metrics = metrics;
  }

  /** How many of {@code waitingMax} uploads one account may have, where accounts are limited. */
  public static int shareOf(int waitingMax) {
    return Math.max(ACCOUNT_WAITING_MIN, waitingMax / ACCOUNTS_AT_ONCE);
  }

  /**
   * Verifies all signatures of an upload against an identity key.
   *
   * @param identityKey 33 bytes
   * @return the upload as it goes to Redis; fails with {@link ErrorCode#INVALID_SIGNATURE}, which
   *     names the first bad key, {@link ErrorCode#RATE_LIMITED} where the account has too many
   *     waiting, {@link ErrorCode#OVERLOADED} where the gateway has
   */
  public Future<VerifiedUpload> verify(UUID aci, byte[] identityKey, PrekeyUpload upload) {
    if (waiting.incrementAndGet() > waitingMax) {
      waiting.decrementAndGet();
      return refuse(ErrorCode.OVERLOADED, "uploads: too many wait for verification");
    }
    if (waitingByAccount.merge(aci, 1, Integer::sum) > accountWaitingMax) {
      leave(aci);
      return refuse(
          ErrorCode.RATE_LIMITED,
          "uploads of this account at once (expected: at most " + accountWaitingMax + ")");
    }
    return workers
        .executeBlocking(() -> verifyNow(identityKey, upload), false)
        .onComplete(done -> leave(aci));
  }

  /** Ends its threads. */
  public Future<Void> close() {
    return workers.close();
  }

  private Future<VerifiedUpload> refuse(ErrorCode code, String detail) {
    metrics.verificationRefused();
    return Future.failedFuture(new GatewayException(code, detail, RETRY_AFTER_SECONDS));
  }

  private void leave(UUID aci) {
    waiting.decrementAndGet();
    waitingByAccount.compute(aci, (key, count) -> count == null || count <= 1 ? null : count - 1);
  }

  private static VerifiedUpload verifyNow(byte[] identityKey, PrekeyUpload upload) {
    XEdDsa verifier = XEdDsa.of(identityKey);
    check(verifier, "signedPreKey", upload.signedPrekey());
    check(verifier, "pqLastResortPreKey", upload.pqLastResort());
    List<SignedPrekey> pqPrekeys = upload.pqPrekeys();
    for (int i = 0; i < pqPrekeys.size(); i++) {
      check(verifier, "pqPreKeys[" + i + "]", pqPrekeys.get(i));
    }
    return new VerifiedUpload(
        identityKey,
        upload.identityKey() != null,
        pack(upload.signedPrekey()),
        pack(upload.pqLastResort()),
        upload.lastResort() == null ? null : EcEntryCodec.packLastResort(upload.lastResort()),
        List.of(PoolBatch.ofEc(upload.prekeys()), PoolBatch.ofKem(pqPrekeys)));
  }

  private static void check(XEdDsa verifier, String field, @Nullable SignedPrekey prekey) {
    if (prekey != null && !verifier.verifies(prekey.publicKey(), prekey.signature())) {
      throw new GatewayException(
          ErrorCode.INVALID_SIGNATURE,
          field + ".signature: wrong (expected: by the identity key, over publicKey)");
    }
  }

  private static byte @Nullable [] pack(@Nullable SignedPrekey prekey) {
    return prekey == null ? null : SignedKeyCodec.pack(prekey);
  }
}
