package io.restante.account;

import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.restante.protocol.Handle;
import io.restante.protocol.Identity;
import io.restante.protocol.SenderCertificateCodec;
import io.restante.protocol.SenderCertificateCodec.Sender;
import io.restante.redis.AccountKeys;
import io.restante.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Certificates by which a sender shows its peers, inside the sealed envelope, who it is. */
public final class SenderCertificates {
  private static final long LIFETIME_MS = TimeUnit.DAYS.toMillis(1);

  private final RedisLink redis;
  private final SealedSenderKey key;

  /** Certificates under this key. */
  public SenderCertificates(RedisLink redis, SealedSenderKey key) {
    this.redis = redis;
    this.key = key;
  }

  /**
   * A certificate of the caller that holds for a day.
   *
   * @param withHandle whether it names the handle, too
   * @return a serialized libsignal sender certificate; fails with {@link ErrorCode#NO_SUCH_KEY}
   *     where the account has no identity key yet
   */
  public Future<byte[]> issue(Caller caller, boolean withHandle) {
    String keys = AccountKeys.of(caller.aci()).keys(Identity.ACI, caller.device());
    return redis
        .send(keys, Request.cmd(Command.HGET).arg(keys).arg("identity"))
        .map(
            identity -> {
              if (identity == null) {
                throw new GatewayException(ErrorCode.NO_SUCH_KEY, "no identity key is uploaded");
              }
              Optional<Handle> handle =
                  withHandle ? Optional.of(caller.handle()) : Optional.empty();
              Sender sender = new Sender(caller.address(), identity.toBytes(), handle);
              return SenderCertificateCodec.senderCertificate(
                  sender, System.currentTimeMillis() + LIFETIME_MS, key.certificate(), key.key());
            });
  }
}
