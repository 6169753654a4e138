package io.restante.prekey;

import io.restante.protocol.GatewayException;
import io.restante.protocol.Identity;
import io.restante.redis.AccountKeys;
import io.restante.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import org.jspecify.annotations.Nullable;

/**
 * A claim from one device by plain commands, sent in one tick: {@code LPOP} of each pool, then
 * {@code HMGET} of the keys to which the popped entries must belong. A popped entry of another
 * epoch is burned and its pool popped again with a new reading, at most twice; after that the
 * device is served without.
 *
 * <p>What fails: where the keys could not be read, the claim, and what was popped is burned. Where
 * a pop failed, the claim is served with what the other pool gave, as a popped key is not thrown
 * away; where that gave nothing, the claim fails, as the failed pool may not be empty. No pop is
 * sent again: one whose reply was lost may have burned a key, and another would burn the next.
 */
final class GroupClaim {
  private static final int REPEATS_MAX = 2;
  private static final Future<@Nullable Response> NOT_SENT = Future.succeededFuture(null);

  /**
   * What a claim found.
   *
   * @param exists whether anything is stored of the device
   * @param bundle null where it has no signed prekey
   */
  record Found(boolean exists, @Nullable DeviceBundle bundle) {}

  private final RedisLink link;
  private final PrekeyMetrics metrics;
  private final int device;
  private final Allowance allowance;
  private final String keysName;
  private final String ecName;
  private final String kemName;
  private byte @Nullable [] ec;
  private byte @Nullable [] kem;
  private int repeats;

  GroupClaim(
      RedisLink link,
      PrekeyMetrics metrics,
      AccountKeys names,
      Identity identity,
      int device,
      Allowance allowance) {
    this.allowance = allowance;
    this.link = link;
    this.metrics = metrics;
    this.device = device;
    this.keysName = names.keys(identity, device);
    this.ecName = names.pool(identity, Pool.EC.name(), device);
    this.kemName = names.pool(identity, Pool.KEM.name(), device);
  }

  /** Sends the group. */
  Future<Found> run() {
    if (!link.isUsable()) {
      countBurned(PrekeyMetrics.Burned.READ_FAILED, held());
      return Future.failedFuture(GatewayException.redisUnavailable("Redis takes no claims"));
    }
    Future<@Nullable Response> ecPop = ec == null ? pop(ecName) : NOT_SENT;
    Future<@Nullable Response> kemPop = kem == null ? pop(kemName) : NOT_SENT;
    Request read = Request.cmd(Command.HMGET).arg(keysName);
    for (String field : DeviceKeys.FIELDS) {
      read.arg(field);
    }
    Future<@Nullable Response> keys = link.send(keysName, read);
    return Future.join(ecPop, kemPop, keys).transform(all -> decide(ecPop, kemPop, keys));
  }

  private Future<@Nullable Response> pop(String name) {
    if (allowance == Allowance.NO_ONE_TIME) {
      return NOT_SENT;
    }
    return link.send(name, Request.cmd(Command.LPOP).arg(name));
  }

  private Future<Found> decide(
      Future<@Nullable Response> ecPop,
      Future<@Nullable Response> kemPop,
      Future<@Nullable Response> read) {
    ec = ec == null && ecPop.succeeded() ? DeviceKeys.bytes(ecPop.result()) : ec;
    kem = kem == null && kemPop.succeeded() ? DeviceKeys.bytes(kemPop.result()) : kem;
    if (read.failed()) {
      countBurned(PrekeyMetrics.Burned.READ_FAILED, held());
      return Future.failedFuture(read.cause());
    }
    DeviceKeys keys = DeviceKeys.read(read.result());
    if (!keys.isComplete()) {
      countBurned(PrekeyMetrics.Burned.NOT_SERVABLE, held());
      return Future.succeededFuture(new Found(keys.exists(), null));
    }
    boolean burned = burnForeign(keys);
    if (burned && repeats < REPEATS_MAX) {
      repeats++;
      return run();
    }
    if (ecPop.failed() && held() == 0) {
      return Future.failedFuture(ecPop.cause());
    }
    if (kemPop.failed() && held() == 0) {
      return Future.failedFuture(kemPop.cause());
    }
    return Future.succeededFuture(new Found(true, DeviceBundle.of(device, keys, ec, kem)));
  }

  private boolean burnForeign(DeviceKeys keys) {
    int before = held();
    if (ec != null && !keys.owns(ec)) {
      ec = null;
    }
    if (kem != null && !keys.owns(kem)) {
      kem = null;
    }
    countBurned(PrekeyMetrics.Burned.EPOCH, before - held());
    return held() < before;
  }

  private int held() {
    return (ec == null ? 0 : 1) + (kem == null ? 0 : 1);
  }

  private void countBurned(PrekeyMetrics.Burned reason, int keys) {
    if (keys > 0) {
      metrics.burned(reason, keys);
    }
  }
}
