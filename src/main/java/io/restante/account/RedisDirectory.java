package io.restante.account;

import io.restante.account.AccountCaches.Answer;
import io.restante.protocol.Destination;
import io.restante.protocol.Handle;
import io.restante.protocol.Identity;
import io.restante.protocol.ServiceId;
import io.restante.redis.AccountKeys;
import io.restante.redis.LookupKeys;
import io.restante.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Look-ups and access policies out of the gateway's caches, and out of Redis where they have none.
 * A look-up is believed only where the account that it names says the same of itself: that is its
 * second round trip.
 */
public final class RedisDirectory implements Directory {
  private final RedisLink link;
  private final AccountCaches caches;

  /** The directory as one event loop asks it. */
  public RedisDirectory(RedisLink link, AccountCaches caches) {
    this.link = link;
    this.caches = caches;
  }

  @Override
  public Future<Optional<UUID>> aciOf(Destination destination) {
    if (destination instanceof Destination.ById byId && byId.id().identity() == Identity.ACI) {
      return Future.succeededFuture(Optional.of(byId.id().uuid()));
    }
    UUID known = caches.lookup(destination);
    return known == null ? lookUp(destination) : Future.succeededFuture(Optional.of(known));
  }

  @Override
  public Future<Boolean> admits(UUID aci, byte[] accessKey) {
    Answer<AccessPolicy> known = caches.policies().get(aci, aci);
    if (known != null && AccessPolicy.admits(known.value(), accessKey)) {
      return Future.succeededFuture(true);
    }
    // Another gateway may have changed the key meanwhile. Asking costs what an id that is tried for
    // the first time costs.
    return loadPolicy(aci).map(policy -> AccessPolicy.admits(policy.orElse(null), accessKey));
  }

  @Override
  public Future<Optional<AccessPolicy>> policyOf(UUID aci) {
    Answer<AccessPolicy> known = caches.policies().get(aci, aci);
    return known == null
        ? loadPolicy(aci)
        : Future.succeededFuture(Optional.ofNullable(known.value()));
  }

  @Override
  public Future<Boolean> hasSeveralDevices(UUID aci) {
    Answer<Boolean> known = caches.severalDevices().get(aci, aci);
    return known == null
        ? countDevices(aci)
        : Future.succeededFuture(Boolean.TRUE.equals(known.value()));
  }

  private Future<Boolean> countDevices(UUID aci) {
    String devices = AccountKeys.of(aci).devices();
    long stamp = caches.revocations().stamp(aci);
    return link.send(devices, Request.cmd(Command.HLEN, devices))
        .map(
            count -> {
              boolean several = count != null && count.toInteger() > 1;
              caches.severalDevices().put(aci, several, stamp);
              return several;
            });
  }

  private Future<Optional<UUID>> lookUp(Destination destination) {
    String key = keyOf(destination);
    return link.send(key, Request.cmd(Command.GET, key))
        .compose(
            owner ->
                owner == null
                    ? Future.succeededFuture(Optional.empty())
                    : verify(destination, Replies.aci(owner)));
  }

  private Future<Optional<UUID>> verify(Destination destination, UUID aci) {
    long stamp = caches.revocations().stamp(aci);
    return loadPolicy(aci)
        .map(
            found -> {
              if (found.isEmpty() || !isNamed(found.get(), destination)) {
                return Optional.empty();
              }
              caches.keepLookup(destination, aci, stamp);
              return Optional.of(aci);
            });
  }

  private static String keyOf(Destination destination) {
    if (destination instanceof Destination.ByHandle byHandle) {
      return LookupKeys.handle(byHandle.handle());
    }
    return LookupKeys.pni(((Destination.ById) destination).id().uuid());
  }

  private static boolean isNamed(AccessPolicy policy, Destination destination) {
    return destination instanceof Destination.ByHandle byHandle
        ? byHandle.handle().equals(policy.handle())
        : ((Destination.ById) destination).id().equals(ServiceId.pni(policy.pni()));
  }

  private Future<Optional<AccessPolicy>> loadPolicy(UUID aci) {
    String account = AccountKeys.of(aci).account();
    long stamp = caches.revocations().stamp(aci);
    Request ask =
        Request.cmd(Command.HMGET, account, "created", "pni", "handle", "uak", "unrestricted");
    return link.send(account, ask)
        .map(
            reply -> {
              AccessPolicy policy = decode(reply);
              caches.policies().put(aci, policy, stamp);
              return Optional.ofNullable(policy);
            });
  }

  /** A tombstone and a pending account have no time of creation. */
  private static @Nullable AccessPolicy decode(@Nullable Response reply) {
    if (Replies.at(reply, 0).isEmpty()) {
      return null;
    }
    return new AccessPolicy(
        UUID.fromString(Replies.text(reply, 1)),
        new Handle(Replies.text(reply, 2)),
        Replies.at(reply, 3).map(Response::toBytes).orElse(null),
        Replies.text(reply, 4).equals("1"));
  }
}
