package io.restante.prekey;

import io.restante.protocol.DeviceAddress;
import io.restante.protocol.Identity;
import io.restante.redis.AccountKeys;
import io.restante.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads what an owner is told of its pools: plain commands, never on a claim's way. */
final class PoolReadings {
  private static final String STATE_BEGINNING = "pool:";

  private final RedisLink link;
  private final PoolCounts counts;

  PoolReadings(RedisLink link) {
    this.link = link;
    this.counts = new PoolCounts(link);
  }

  /** One pool whose state field is known. */
  Future<PoolState> state(
      DeviceAddress owner, Identity identity, Pool pool, String state, boolean hasLastResort) {
    Future<Integer> count = counts.of(owner, identity, pool);
    Future<Long> now = nowSeconds(owner);
    return Future.all(count, now)
        .map(
            both ->
                PoolState.of(
                    identity, pool.name(), count.result(), hasLastResort, state, now.result()));
  }

  /** All pools of a device. */
  Future<PoolInventory> inventory(DeviceAddress owner) {
    Future<OfIdentity> aci = ofIdentity(owner, Identity.ACI);
    Future<OfIdentity> pni = ofIdentity(owner, Identity.PNI);
    return Future.all(aci, pni)
        .map(
            both -> {
              List<PoolState> pools = new ArrayList<>(aci.result().pools().subList(0, 2));
              pools.addAll(pni.result().pools());
              pools.addAll(aci.result().pools().subList(2, aci.result().pools().size()));
              Map<Identity, Long> ages = new EnumMap<>(Identity.class);
              aci.result().putAge(ages, Identity.ACI);
              pni.result().putAge(ages, Identity.PNI);
              return new PoolInventory(List.copyOf(pools), Collections.unmodifiableMap(ages));
            });
  }

  /** The pools of an identity, ec and kem first; how old its signed prekey is, -1 without one. */
  private record OfIdentity(List<PoolState> pools, long signedAgeSeconds) {
    void putAge(Map<Identity, Long> ages, Identity identity) {
      if (signedAgeSeconds >= 0) {
        ages.put(identity, signedAgeSeconds);
      }
    }
  }

  private Future<OfIdentity> ofIdentity(DeviceAddress owner, Identity identity) {
    String keys = AccountKeys.of(owner.aci()).keys(identity, owner.device());
    return link.send(keys, Request.cmd(Command.HKEYS).arg(keys))
        .compose(
            reply -> {
              SortedSet<String> fields = new TreeSet<>();
              if (reply != null) {
                reply.forEach(field -> fields.add(field.toString()));
              }
              return read(owner, identity, keys, fields);
            });
  }

  private Future<OfIdentity> read(
      DeviceAddress owner, Identity identity, String keys, SortedSet<String> fields) {
    List<Pool> pools = new ArrayList<>(Pool.SIGNAL);
    for (String field : fields) {
      if (field.startsWith(STATE_BEGINNING)
          && Pool.SIGNAL.stream().noneMatch(pool -> pool.stateField().equals(field))) {
        pools.add(Pool.named(new PoolName(field.substring(STATE_BEGINNING.length()))));
      }
    }
    Request read = Request.cmd(Command.HMGET).arg(keys).arg("signed-at");
    List<Future<Integer>> lengths = new ArrayList<>(pools.size());
    for (Pool pool : pools) {
      read.arg(pool.stateField());
      lengths.add(counts.of(owner, identity, pool));
    }
    Future<@Nullable Response> states = link.send(keys, read);
    Future<Long> now = nowSeconds(owner);
    return Future.all(Future.all(lengths), states, now)
        .map(
            all -> {
              List<PoolState> found = new ArrayList<>(pools.size());
              for (int i = 0; i < pools.size(); i++) {
                Pool pool = pools.get(i);
                found.add(
                    PoolState.of(
                        identity,
                        pool.name(),
                        lengths.get(i).result(),
                        fields.contains(lastField(pool)),
                        text(states.result(), 1 + i),
                        now.result()));
              }
              String signedAt = text(states.result(), 0);
              boolean known = fields.contains("signed") && !signedAt.isEmpty();
              return new OfIdentity(
                  found, known ? Math.max(0, now.result() - Long.parseLong(signedAt)) : -1);
            });
  }

  private static String lastField(Pool pool) {
    if (pool.isNamed()) {
      return NamedFields.lastField(new PoolName(pool.name()));
    }
    return pool.equals(Pool.EC) ? "ec-last" : "last";
  }

  private static String text(@Nullable Response fields, int at) {
    Response field = fields == null ? null : fields.get(at);
    return field == null ? "" : field.toString();
  }

  private Future<Long> nowSeconds(DeviceAddress owner) {
    String key = AccountKeys.of(owner.aci()).account();
    return link.send(key, Request.cmd(Command.TIME))
        .map(reply -> reply == null ? 0L : reply.get(0).toLong());
  }
}
