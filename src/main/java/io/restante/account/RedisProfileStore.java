package io.restante.account;

import io.restante.protocol.DeviceAddress;
import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.restante.protocol.Identity;
import io.restante.redis.AccountKeys;
import io.restante.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Profiles in Redis, next to their account. Reading one takes two round trips. */
public final class RedisProfileStore implements ProfileStore {
  private static final String VERSION_FIELD = "v:";
  private static final String MAC = "HmacSHA256";

  /** What the access check is made of. */
  private static final byte[] ZEROS = new byte[32];

  private final RedisLink link;
  private final AccountConfig config;

  /** The profiles as one event loop reaches them. */
  public RedisProfileStore(RedisLink link, AccountConfig config) {
    this.link = link;
    this.config = config;
  }

  @Override
  public Future<Void> put(UUID aci, String version, JsonObject fields) {
    return PutProfileScript.run(link, aci, version, fields.encode(), config.profileVersionsMax())
        .map(
            stored -> {
              if (!stored) {
                throw new GatewayException(ErrorCode.NO_SUCH_ACCOUNT, "no such account");
              }
              return null;
            });
  }

  @Override
  public Future<Optional<Profile>> get(UUID aci, @Nullable String version) {
    AccountKeys keys = AccountKeys.of(aci);
    Future<Optional<String>> stored =
        version == null ? newest(keys.profile()) : one(keys.profile(), version);
    Future<@Nullable Response> account =
        link.send(
            keys.account(),
            Request.cmd(Command.HMGET, keys.account(), "created", "uak", "unrestricted"));
    String primary = keys.keys(Identity.ACI, DeviceAddress.PRIMARY);
    Future<@Nullable Response> identity =
        link.send(primary, Request.cmd(Command.HGET, primary, "identity"));
    Future<@Nullable Response> devices =
        link.send(keys.devices(), Request.cmd(Command.HKEYS, keys.devices()));
    return Future.all(stored, account, identity, devices)
        .compose(
            done ->
                stored.result().isEmpty() || Replies.at(account.result(), 0).isEmpty()
                    ? Future.succeededFuture(Optional.empty())
                    : capabilities(keys, Replies.present(devices.result()))
                        .map(
                            able ->
                                Optional.of(
                                    profile(
                                        stored.result().get(),
                                        Replies.present(account.result()),
                                        identity.result(),
                                        able))));
  }

  private static Profile profile(
      String fields, Response account, @Nullable Response identity, Set<String> capabilities) {
    return new Profile(
        identity == null ? null : identity.toBytes(),
        Replies.at(account, 1).map(key -> accessCheck(key.toBytes())).orElse(null),
        Replies.text(account, 2).equals("1"),
        capabilities,
        new JsonObject(fields));
  }

  private Future<Optional<String>> one(String key, String version) {
    return link.send(key, Request.cmd(Command.HGET, key, VERSION_FIELD + version))
        .map(value -> Optional.ofNullable(value).map(Replies::text).map(text -> after(text)));
  }

  /** The one with the highest number: they are few. */
  private Future<Optional<String>> newest(String key) {
    return link.send(key, Request.cmd(Command.HGETALL, key))
        .map(
            reply -> {
              String newest = null;
              for (Map.Entry<String, String> entry : Replies.hash(reply).entrySet()) {
                String value = entry.getValue();
                if (entry.getKey().startsWith(VERSION_FIELD)
                    && (newest == null || number(value) > number(newest))) {
                  newest = value;
                }
              }
              return Optional.ofNullable(newest).map(RedisProfileStore::after);
            });
  }

  private static long number(String value) {
    return Long.parseLong(value.substring(0, value.indexOf(':')));
  }

  private static String after(String value) {
    return value.substring(value.indexOf(':') + 1);
  }

  private Future<Set<String>> capabilities(AccountKeys keys, Response devices) {
    List<Future<Set<String>>> all = new ArrayList<>();
    for (Response id : devices) {
      String key = keys.device(Integer.parseInt(Replies.text(id)));
      all.add(
          link.send(key, Request.cmd(Command.HGET, key, "capabilities"))
              .map(names -> names == null ? Set.of() : Set.of(Replies.text(names).split(" ", -1))));
    }
    return Future.all(all)
        .map(
            done -> {
              Set<String> able = new HashSet<>(all.get(0).result());
              all.forEach(device -> able.retainAll(device.result()));
              return able;
            });
  }

  private static byte[] accessCheck(byte[] accessKey) {
    try {
      Mac mac = Mac.getInstance(MAC);
      mac.init(new SecretKeySpec(accessKey, MAC));
      return mac.doFinal(ZEROS);
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("a JDK without " + MAC, e);
    }
  }
}
