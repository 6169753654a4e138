package io.restante.prekey;

import io.restante.protocol.DeviceAddress;
import io.restante.protocol.GatewayException;
import io.restante.redis.AccountKeys;
import io.restante.redis.BulkBytes;
import io.restante.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A claim from one device by plain commands, sent in one tick: {@code LPOP} of each pool, then
 * {@code HMGET} of the fields to which the popped entries must belong. A popped entry of another
 * epoch is burned and its pool popped again with a new reading, at most twice; after that the
 * device is served without. Where a pool was empty, its reserve is not, and the taker may: a second
 * step, {@link ReserveScript}.
 *
 * <p>What fails: where the fields could not be read, the claim, and what was popped is burned.
 * Where a pop failed, the claim is served with what the other pools gave, as a popped key is not
 * thrown away; where they gave nothing, the claim fails, as the failed pool may not be empty. No
 * pop is sent again: one whose reply was lost may have burned a key, and another would burn the
 * next.
 */
final class GroupClaim<F extends FieldsRead> {
  private static final int REPEATS_MAX = 2;
  private static final Future<@Nullable Response> NOT_SENT = Future.succeededFuture(null);

  private final RedisLink link;
  private final PrekeyMetrics metrics;
  private final ReserveScript reserve;
  private final ClaimShape<F> shape;
  private final DeviceAddress owner;
  private final Allowance allowance;
  private final Claimant claimant;
  private final String keysName;
  private final String[] poolNames;
  private final byte[] @Nullable [] entries;
  private int repeats;

  GroupClaim(
      RedisLink link,
      PrekeyMetrics metrics,
      ReserveScript reserve,
      ClaimShape<F> shape,
      DeviceAddress owner,
      Allowance allowance,
      Claimant claimant) {
    this.link = link;
    this.metrics = metrics;
    this.reserve = reserve;
    this.shape = shape;
    this.owner = owner;
    this.allowance = allowance;
    this.claimant = claimant;
    AccountKeys names = AccountKeys.of(owner.aci());
    this.keysName = names.keys(shape.identity(), owner.device());
    this.poolNames = new String[shape.pools().size()];
    for (int i = 0; i < poolNames.length; i++) {
      poolNames[i] = names.pool(shape.identity(), shape.pools().get(i).name(), owner.device());
    }
    this.entries = new byte[poolNames.length][];
  }

  /** Sends the group. */
  Future<Found<F>> run() {
    if (!link.isUsable(keysName)) {
      countBurned(PrekeyMetrics.Burned.READ_FAILED, held());
      return Future.failedFuture(GatewayException.redisUnavailable("Redis takes no claims"));
    }
    List<Future<@Nullable Response>> all = new ArrayList<>(poolNames.length + 1);
    for (int i = 0; i < poolNames.length; i++) {
      all.add(entries[i] == null ? pop(poolNames[i]) : NOT_SENT);
    }
    all.add(link.send(keysName, shape.read(keysName)));
    return Future.join(all).transform(done -> decide(all));
  }

  private Future<@Nullable Response> pop(String name) {
    if (!allowance.givesPools()) {
      return NOT_SENT;
    }
    return link.send(name, Request.cmd(Command.LPOP).arg(name));
  }

  private Future<Found<F>> decide(List<Future<@Nullable Response>> all) {
    Throwable failure = null;
    for (int i = 0; i < entries.length; i++) {
      Future<@Nullable Response> pop = all.get(i);
      failure = failure == null && pop.failed() ? pop.cause() : failure;
      if (entries[i] == null && pop.succeeded() && pop.result() != null) {
        entries[i] = BulkBytes.of(pop.result());
      }
    }
    Future<@Nullable Response> read = all.get(entries.length);
    if (read.failed()) {
      countBurned(PrekeyMetrics.Burned.READ_FAILED, held());
      return Future.failedFuture(read.cause());
    }
    Found<F> found = new Found<>(owner.device(), shape.decode(read.result()), entries);
    if (!found.isServable()) {
      countBurned(PrekeyMetrics.Burned.NOT_SERVABLE, held());
      return Future.succeededFuture(found);
    }
    boolean burned = burnForeign(found.fields());
    if (burned && repeats < REPEATS_MAX) {
      repeats++;
      return run();
    }
    if (failure != null && held() == 0) {
      return Future.failedFuture(failure);
    }
    return failure == null ? withReserve(found) : Future.succeededFuture(found);
  }

  private boolean burnForeign(F fields) {
    int before = held();
    for (int i = 0; i < entries.length; i++) {
      byte[] entry = entries[i];
      if (entry != null && !fields.owns(entry)) {
        entries[i] = null;
      }
    }
    countBurned(PrekeyMetrics.Burned.EPOCH, before - held());
    return held() < before;
  }

  private Future<Found<F>> withReserve(Found<F> found) {
    String filled = found.fields().reserve();
    if (held() == entries.length
        || filled.isEmpty()
        || !allowance.givesReserve()
        || !reserve.isOpenTo(claimant)) {
      return Future.succeededFuture(found);
    }
    StringBuilder wanted = new StringBuilder();
    for (int i = 0; i < entries.length; i++) {
      if (entries[i] == null && PoolCounts.inReserve(filled, endOf(i)) > 0) {
        wanted.append(endOf(i).letter());
      }
    }
    if (wanted.isEmpty()) {
      return Future.succeededFuture(found);
    }
    // What the pools gave is served also where the reserve cannot be asked.
    return reserve
        .run(shape, owner, found.fields().epoch(), wanted.toString(), claimant)
        .map(
            taken -> {
              countBurned(PrekeyMetrics.Burned.EPOCH, taken.burned());
              int before = held();
              for (int i = 0; i < entries.length; i++) {
                entries[i] = entries[i] == null ? taken.of(endOf(i)) : entries[i];
              }
              metrics.reserveTaken(held() - before);
              return found;
            })
        .otherwise(found);
  }

  private Pool.End endOf(int pool) {
    return shape.pools().get(pool).end();
  }

  private int held() {
    int held = 0;
    for (byte[] entry : entries) {
      held += entry == null ? 0 : 1;
    }
    return held;
  }

  private void countBurned(PrekeyMetrics.Burned reason, int keys) {
    if (keys > 0) {
      metrics.burned(reason, keys);
    }
  }
}
