package io.restante.account;

import io.restante.protocol.Destination;
import io.restante.protocol.DeviceAddress;
import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.restante.protocol.Handle;
import io.restante.protocol.Identity;
import io.restante.redis.AccountKeys;
import io.restante.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Links further devices to an account, each by a code that the primary was given for it. */
public final class Linking {
  /** Characters of a code that a client gives. */
  public static final int CODE_CHARS_MAX = 128;

  private static final int CODE_BYTES = 24;

  private final RedisLink link;
  private final Directory directory;
  private final AccountCaches caches;
  private final AccountConfig accounts;
  private final LinkingConfig config;
  private final KeySignatures signatures;

  /** The linking of one event loop. */
  public Linking(
      Vertx vertx,
      RedisLink link,
      Directory directory,
      AccountCaches caches,
      AccountConfig accounts,
      LinkingConfig config) {
    this.link = link;
    this.directory = directory;
    this.caches = caches;
    this.accounts = accounts;
    this.config = config;
    this.signatures = new KeySignatures(vertx);
  }

  /** What a device was linked as. */
  public record Linked(DeviceAddress device, UUID pni) {}

  /** The keys that a new device brings, to be verified by the account's identity keys. */
  public record Keys(DeviceKeys.Signed aci, DeviceKeys.Signed pni) {}

  /** Makes a code for one device, in place of the one before. */
  public Future<String> newCode(UUID aci) {
    String code = RandomToken.ofBytes(CODE_BYTES);
    return LinkCodeScript.run(link, aci, code, config.codeTtlMs())
        .map(
            found -> {
              if (!found) {
                throw new GatewayException(ErrorCode.NO_SUCH_ACCOUNT, "no such account");
              }
              return code;
            });
  }

  /**
   * Links a device, and uses the code up. Fails with {@link ErrorCode#WRONG_CODE}, also for an
   * unknown handle, {@link ErrorCode#LACKING_CAPABILITY}, {@link ErrorCode#TOO_MANY_DEVICES} or
   * {@link ErrorCode#INVALID_SIGNATURE}; nothing has changed then, and the code still holds.
   */
  public Future<Linked> link(Handle handle, String code, NewDevice device, Keys keys) {
    return directory
        .aciOf(new Destination.ByHandle(handle))
        .compose(aci -> link(aci.orElseThrow(Linking::wrongCode), code, device, keys));
  }

  private Future<Linked> link(UUID aci, String code, NewDevice device, Keys keys) {
    AccountKeys names = AccountKeys.of(aci);
    Request account = Request.cmd(Command.HMGET, names.account(), "link", "pni");
    Future<@Nullable Response> known = link.send(names.account(), account);
    Future<@Nullable Response> aciKey = identityKey(names, Identity.ACI);
    Future<@Nullable Response> pniKey = identityKey(names, Identity.PNI);
    return Future.all(known, aciKey, pniKey)
        .compose(
            read -> {
              // First who it is: signatures are verified for nobody who merely knows a handle.
              if (!isCode(known.result(), code)) {
                return Future.failedFuture(wrongCode());
              }
              DeviceKeys under =
                  new DeviceKeys(
                      keys.aci().under(bytes(aciKey.result())),
                      keys.pni().under(bytes(pniKey.result())));
              UUID pni = UUID.fromString(Replies.text(known.result(), 1));
              return signatures
                  .verify(under)
                  .compose(verified -> add(aci, code, device.with(under)))
                  .map(added -> new Linked(added, pni));
            });
  }

  private Future<@Nullable Response> identityKey(AccountKeys names, Identity identity) {
    String key = names.keys(identity, DeviceAddress.PRIMARY);
    return link.send(key, Request.cmd(Command.HGET, key, "identity"));
  }

  private static boolean isCode(@Nullable Response account, String code) {
    String kept = Replies.at(account, 0).map(Replies::text).orElse("");
    String right = kept.substring(kept.indexOf(':') + 1);
    return !right.isEmpty()
        && MessageDigest.isEqual(
            right.getBytes(StandardCharsets.UTF_8), code.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] bytes(@Nullable Response identityKey) {
    if (identityKey == null) {
      throw new GatewayException(
          ErrorCode.INVALID_SIGNATURE,
          "identity keys: the account has left none (expected: those of its primary)");
    }
    return identityKey.toBytes();
  }

  private Future<DeviceAddress> add(UUID aci, String code, NewDevice device) {
    return AddDeviceScript.run(link, aci, code, device, accounts.devicesMax(), config)
        .map(
            result -> {
              // The id may have been asked for, and found to be a stranger's, before.
              caches.revocations().revoked(aci);
              return switch (result.status()) {
                case ADDED -> new DeviceAddress(aci, result.device());
                case MISSING, WRONG -> throw wrongCode();
                case FULL ->
                    throw new GatewayException(
                        ErrorCode.TOO_MANY_DEVICES,
                        "devices: full (expected: at most " + accounts.devicesMax() + ")");
                case CHANGED ->
                    throw new GatewayException(
                        ErrorCode.INVALID_SIGNATURE,
                        "identity keys: others (expected: those of the account)");
                case LACKING ->
                    throw new GatewayException(
                        ErrorCode.LACKING_CAPABILITY,
                        "accountAttributes.capabilities (expected: all that the account keeps)");
              };
            });
  }

  private static GatewayException wrongCode() {
    return new GatewayException(ErrorCode.WRONG_CODE, "the code is wrong or no longer valid");
  }
}
