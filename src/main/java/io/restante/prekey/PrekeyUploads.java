package io.restante.prekey;

import io.restante.protocol.DeviceAddress;
import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.restante.protocol.Identity;
import io.restante.protocol.SignedPrekey;
import io.vertx.core.Future;

/**
 * What an owner does with its prekeys, for one event loop: upload, count, read and compare. An
 * upload is stored whole, after all its signatures were verified, or not at all.
 */
public final class PrekeyUploads {
  private final PrekeyStore store;
  private final UploadCheck check;
  private final UploadLimits limits;

  /** The uploads of one event loop; the check is shared by all. */
  public PrekeyUploads(PrekeyStore store, UploadCheck check, UploadLimits limits) {
    this.store = store;
    this.check = check;
    this.limits = limits;
  }

  /**
   * Stores an upload.
   *
   * @return how many one-time keys were dropped, as they were handed out before or may have been,
   *     or came twice; fails with 401 where the device is gone, 403 where a linked device names
   *     another identity key, 422 where there is no identity key or a signature is wrong, 429 where
   *     the device uploaded too often, 429 and 503 where too many uploads wait
   */
  public Future<Integer> upload(DeviceAddress owner, Identity identity, PrekeyUpload upload) {
    limits.admit(owner);
    return identityKey(owner, identity, upload)
        .compose(key -> check.verify(owner.aci(), key, upload))
        .compose(verified -> store.upload(owner, identity, verified))
        .map(PrekeyUploads::dropped);
  }

  /** How many one-time keys wait in a pool, now. */
  public Future<Integer> count(DeviceAddress owner, Identity identity, Pool pool) {
    return store.count(owner, identity, pool);
  }

  /** The signed prekey; fails with 404 where there is none. */
  public Future<SignedPrekey> signedPrekey(DeviceAddress owner, Identity identity) {
    return store
        .keys(owner, identity)
        .map(
            keys ->
                keys.signedPrekey()
                    .orElseThrow(
                        () ->
                            new GatewayException(
                                ErrorCode.NO_SUCH_KEY, "no signed prekey was uploaded")));
  }

  /** Whether what is stored has this digest, see {@link KeysDigest}. */
  public Future<Boolean> matches(DeviceAddress owner, Identity identity, byte[] digest) {
    return store.keys(owner, identity).map(keys -> KeysDigest.matches(keys, digest));
  }

  private Future<byte[]> identityKey(DeviceAddress owner, Identity identity, PrekeyUpload upload) {
    if (upload.identityKey() != null) {
      return Future.succeededFuture(upload.identityKey());
    }
    return store
        .keys(owner, identity)
        .map(
            keys -> {
              if (keys.identity() == null) {
                throw noIdentity();
              }
              return keys.identity();
            });
  }

  private static int dropped(UploadResult result) {
    return switch (result.status()) {
      case STORED -> result.dropped();
      case NO_DEVICE ->
          throw new GatewayException(ErrorCode.UNAUTHENTICATED, "this device was removed");
      case NO_IDENTITY -> throw noIdentity();
      case IDENTITY_CHANGED ->
          throw new GatewayException(
              ErrorCode.INVALID_SIGNATURE,
              "signatures: by an identity key that was replaced meanwhile (expected: by the new"
                  + " one)");
      case TOO_MANY_POOLS, TOO_MANY_NAMES ->
          throw new IllegalStateException("only named pools are counted");
      case FOREIGN_IDENTITY ->
          throw new GatewayException(
              ErrorCode.FORBIDDEN, "identityKey: another one (expected: the account's)");
    };
  }

  private static GatewayException noIdentity() {
    return GatewayException.invalidField("identityKey", "absent", "33 bytes, as none is stored");
  }
}
