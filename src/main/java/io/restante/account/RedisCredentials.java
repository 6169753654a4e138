package io.restante.account;

import io.restante.account.AccountCaches.Answer;
import io.restante.protocol.Destination;
import io.restante.protocol.DeviceAddress;
import io.restante.protocol.GatewayException;
import io.restante.protocol.Handle;
import io.restante.protocol.Identity;
import io.restante.protocol.SignalingKey;
import io.restante.redis.AccountKeys;
import io.restante.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Credentials out of the gateway's cache, and out of Redis where it has none: one round trip. That
 * a device does not exist is remembered as well, and a password is hashed for it all the same, so
 * that the time of an answer does not tell whether a name exists.
 */
public final class RedisCredentials implements Credentials {
  private static final Logger LOG = LoggerFactory.getLogger(RedisCredentials.class);
  private static final long DAY_MS = TimeUnit.DAYS.toMillis(1);

  /** What a password for nobody is checked against. */
  private static final Verifier NOBODY = new Verifier(new byte[16], new byte[32]);

  private final RedisLink link;
  private final AccountCaches caches;
  private final Directory directory;
  private final InstantSource clock;

  /** The credentials as one event loop asks for them. */
  public RedisCredentials(RedisLink link, AccountCaches caches, Directory directory) {
    this(link, caches, directory, InstantSource.system());
  }

  RedisCredentials(RedisLink link, AccountCaches caches, Directory directory, InstantSource clock) {
    this.link = link;
    this.caches = caches;
    this.directory = directory;
    this.clock = clock;
  }

  @Override
  public Future<Optional<Caller>> authenticate(String name, String password) {
    if (password.length() > NewDevice.PASSWORD_CHARS_MAX) {
      return Future.succeededFuture(Optional.empty());
    }
    Optional<DeviceAddress> device;
    try {
      device = DeviceAddress.parseName(name);
    } catch (GatewayException noSuchDevice) {
      return Future.succeededFuture(accept(null, password));
    }
    return device.isPresent()
        ? accepted(device.get(), password)
        : primaryOf(name)
            .compose(
                primary ->
                    primary.isPresent()
                        ? accepted(primary.get(), password)
                        : Future.succeededFuture(accept(null, password)));
  }

  @Override
  public Future<Boolean> isCurrent(Caller caller) {
    return find(caller.address())
        .map(
            found ->
                found.isPresent() && found.get().caller().verifier().equals(caller.verifier()));
  }

  /** The primary device of an ACI or a handle; empty where the name is neither. */
  private Future<Optional<DeviceAddress>> primaryOf(String name) {
    try {
      Destination whole = Destination.parse(name);
      if (whole instanceof Destination.ById byId && byId.id().identity() == Identity.PNI) {
        return Future.succeededFuture(Optional.empty());
      }
      return directory
          .aciOf(whole)
          .map(aci -> aci.map(known -> new DeviceAddress(known, DeviceAddress.PRIMARY)));
    } catch (GatewayException neitherIdNorHandle) {
      return Future.succeededFuture(Optional.empty());
    }
  }

  private Optional<Caller> accept(@Nullable Credential found, String password) {
    Verifier verifier = found == null ? NOBODY : found.caller().verifier();
    boolean accepted = verifier.accepts(password);
    if (found == null || !accepted) {
      return Optional.empty();
    }
    seen(found);
    return Optional.of(found.caller());
  }

  /** What is remembered is answered at once: nearly every request of a device comes this way. */
  private Future<Optional<Caller>> accepted(DeviceAddress address, String password) {
    Answer<Credential> known = remembered(address);
    return known == null
        ? load(address).map(found -> accept(found.orElse(null), password))
        : Future.succeededFuture(accept(known.value(), password));
  }

  private @Nullable Answer<Credential> remembered(DeviceAddress address) {
    Answer<Credential> known = caches.credentials().get(address, address.aci());
    return known == null ? caches.strangers().get(address, address.aci()) : known;
  }

  private Future<Optional<Credential>> find(DeviceAddress address) {
    Answer<Credential> known = remembered(address);
    return known == null
        ? load(address)
        : Future.succeededFuture(Optional.ofNullable(known.value()));
  }

  private Future<Optional<Credential>> load(DeviceAddress address) {
    AccountKeys keys = AccountKeys.of(address.aci());
    long stamp = caches.revocations().stamp(address.aci());
    Request device =
        Request.cmd(
            Command.HMGET,
            keys.device(address.device()),
            "salt",
            "verifier",
            "lastSeen",
            AccountAttributes.SIGNALING_KEY);
    Request account = Request.cmd(Command.HMGET, keys.account(), "pni", "handle", "created");
    return Future.all(link.send(keys.account(), device), link.send(keys.account(), account))
        .map(
            replies -> {
              Credential loaded = decode(address, replies.resultAt(0), replies.resultAt(1));
              (loaded == null ? caches.strangers() : caches.credentials())
                  .put(address, loaded, stamp);
              return Optional.ofNullable(loaded);
            });
  }

  private static @Nullable Credential decode(
      DeviceAddress address, Response device, Response account) {
    Optional<Response> salt = Replies.at(device, 0);
    Optional<Response> verifier = Replies.at(device, 1);
    Optional<Response> handle = Replies.at(account, 1);
    if (salt.isEmpty() || verifier.isEmpty() || handle.isEmpty()) {
      return null;
    }
    Caller caller =
        new Caller(
            address,
            UUID.fromString(Replies.text(account, 0)),
            new Handle(Replies.text(handle.get())),
            new Verifier(salt.get().toBytes(), verifier.get().toBytes()),
            Long.parseLong(Replies.text(account, 2)),
            Replies.at(device, 3).map(key -> new SignalingKey(key.toBytes())).orElse(null));
    return new Credential(caller, Long.parseLong(Replies.text(device, 2)));
  }

  /** Notes the day, once a day and device; nobody waits for it. */
  private void seen(Credential credential) {
    long today = clock.millis() / DAY_MS * DAY_MS;
    if (!credential.seen(today)) {
      return;
    }
    DeviceAddress address = credential.caller().address();
    DeviceFieldsScript.run(link, address, List.of("lastSeen", today), List.of())
        .onFailure(failure -> LOG.debug("last seen not noted"));
  }
}
