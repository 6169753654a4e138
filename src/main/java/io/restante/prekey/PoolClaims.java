package io.restante.prekey;

import io.restante.protocol.DeviceAddress;
import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.restante.redis.AccountKeys;
import io.restante.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Claims of any group of pools, for one event loop: the one way in which an entry leaves a pool.
 * What a device may be asked for is asked of all devices before anything is popped.
 */
final class PoolClaims {
  /** So many batches of the largest size may wait for Redis; the link bounds their commands. */
  private static final int BATCHES_AT_ONCE_MAX = 4;

  private final RedisLink link;
  private final PrekeyConfig config;
  private final PrekeyMetrics metrics;
  private final ClaimListener listener;
  private final ReserveScript reserve;
  private final ClaimScript script;
  private int batchDevicesInFlight;

  PoolClaims(RedisLink link, PrekeyConfig config, PrekeyMetrics metrics, ClaimListener listener) {
    this.link = link;
    this.config = config;
    this.metrics = metrics;
    this.listener = listener;
    this.reserve = new ReserveScript(link, config.reserve());
    this.script = new ClaimScript(link, reserve, config);
  }

  /** Claims from one device. */
  <F extends FieldsRead> Future<Found<F>> one(
      ClaimShape<F> shape, DeviceAddress owner, Taker taker) {
    Allowance allowance;
    try {
      allowance = taker.allowance(owner);
    } catch (GatewayException limited) {
      return Future.failedFuture(limited);
    }
    return group(shape, owner, allowance, taker);
  }

  /** Claims from all devices of an account, in their order; empty where it has none. */
  <F extends FieldsRead> Future<List<Found<F>>> all(
      ClaimShape<F> shape, ClaimTarget target, Taker taker) {
    return devices(target)
        .compose(
            devices -> {
              List<Future<Found<F>>> claims = new ArrayList<>(devices.length);
              allowances(target, devices, taker)
                  .forEach(
                      (device, allowance) ->
                          claims.add(group(shape, address(target, device), allowance, taker)));
              return Future.join(claims)
                  .map(all -> all.<Found<F>>list())
                  .onFailure(failure -> countUntold(claims));
            });
  }

  /** Claims under a record: within the window the same record gets the same again. */
  <F extends FieldsRead> Future<ClaimScript.Reply<F>> once(
      ClaimShape<F> shape, ClaimTarget target, Taker taker, String record) {
    return devices(target)
        .compose(
            devices ->
                script.run(shape, target, terms(target, devices, taker), taker.claimant(), record))
        .onSuccess(this::count);
  }

  /**
   * What a batch asks for.
   *
   * @param record names caller and idempotency key; null where the batch has none. Each device has
   *     a record of its own
   */
  record BatchTarget<F extends FieldsRead>(
      ClaimShape<F> shape, ClaimTarget target, @Nullable String record) {}

  /**
   * What one device of a batch gave.
   *
   * @param target which of the targets it belongs to
   * @param device {@link ClaimTarget#ALL_DEVICES} where the account as a whole gave nothing
   * @param found servable; null where it is refused
   * @param replayed whether it was told before, under the same record
   * @param refusal null where it is not
   */
  record OfBatch<F extends FieldsRead>(
      int target,
      int device,
      @Nullable Found<F> found,
      boolean replayed,
      @Nullable GatewayException refusal) {}

  /** A device of a batch that was asked for: either is null. */
  private record Asked(
      int target, int device, @Nullable Allowance allowance, @Nullable GatewayException refusal) {
    <F extends FieldsRead> OfBatch<F> given(Found<F> found, boolean replayed) {
      return new OfBatch<>(target, device, found, replayed, null);
    }

    <F extends FieldsRead> OfBatch<F> refused(GatewayException reason) {
      return new OfBatch<>(target, device, null, false, reason);
    }
  }

  /**
   * Claims from many devices of many accounts at once, in one tick, each for itself: what one
   * refuses keeps nothing from another. The answers come in the order of the targets.
   *
   * @return fails with 422 where they are more devices than a batch may have, and with 503 where
   *     too many are asked at once; nobody was asked for anything then
   */
  <F extends FieldsRead> Future<List<OfBatch<F>>> batch(List<BatchTarget<F>> targets, Taker taker) {
    List<Future<int[]>> reads = targets.stream().map(each -> devices(each.target())).toList();
    return Future.join(reads)
        .transform(
            read -> {
              requireRoom(reads);
              List<Asked> asked = new ArrayList<>();
              for (int i = 0; i < reads.size(); i++) {
                asked.addAll(ask(i, targets.get(i).target(), reads.get(i), taker));
              }
              return claimAsked(targets, asked, taker);
            });
  }

  /** An account without devices, or whose devices could not be read, is one result too. */
  private void requireRoom(List<Future<int[]>> reads) {
    int devices = 0;
    for (Future<int[]> read : reads) {
      devices += read.succeeded() ? Math.max(1, read.result().length) : 1;
    }
    if (devices > config.batchMax()) {
      throw GatewayException.invalidField(
          "destinations", devices + " devices", "at most " + config.batchMax());
    }
    if (batchDevicesInFlight + devices > BATCHES_AT_ONCE_MAX * config.batchMax()) {
      throw new GatewayException(ErrorCode.OVERLOADED, "batches: too many at once", 1);
    }
  }

  private <F extends FieldsRead> Future<List<OfBatch<F>>> claimAsked(
      List<BatchTarget<F>> targets, List<Asked> asked, Taker taker) {
    batchDevicesInFlight += asked.size();
    List<Future<OfBatch<F>>> claims = new ArrayList<>(asked.size());
    for (Asked each : asked) {
      claims.add(
          each.refusal() == null
              ? claimOne(targets.get(each.target()), each, taker)
                  .otherwise(failure -> each.refused(refusal(failure)))
              : Future.succeededFuture(each.refused(each.refusal())));
    }
    return Future.join(claims)
        .onComplete(done -> batchDevicesInFlight -= asked.size())
        .map(all -> all.<OfBatch<F>>list());
  }

  private <F extends FieldsRead> Future<OfBatch<F>> claimOne(
      BatchTarget<F> target, Asked asked, Taker taker) {
    ClaimShape<F> shape = target.shape();
    DeviceAddress owner = address(target.target(), asked.device());
    Allowance allowance = Objects.requireNonNull(asked.allowance());
    String record = target.record();
    if (record == null) {
      return group(shape, owner, allowance, taker)
          .compose(found -> judged(asked, owner, found, false));
    }
    ClaimTarget one = new ClaimTarget(owner.aci(), shape.identity(), owner.device());
    ClaimScript.Terms terms = new ClaimScript.Terms(Map.of(owner.device(), allowance), null);
    String ofDevice = record + ':' + shape.scope() + ':' + owner.device();
    return script
        .run(shape, one, terms, taker.claimant(), ofDevice)
        .compose(
            reply -> {
              count(reply);
              return reply.refused() == null
                  ? judged(asked, owner, reply.rows().get(0), reply.replayed())
                  : Future.succeededFuture(asked.refused(refused(reply.refused())));
            });
  }

  private <F extends FieldsRead> Future<OfBatch<F>> judged(
      Asked asked, DeviceAddress owner, Found<F> found, boolean replayed) {
    if (found.isServable()) {
      return Future.succeededFuture(asked.given(found, replayed));
    }
    return replayed
        ? Future.succeededFuture(asked.refused(refusal(found.fields().lack())))
        : reason(owner, found).map(reason -> asked.refused(refused(reason)));
  }

  /** Why a device is not served. Redis is asked once more where nothing is stored of it. */
  Future<ClaimResult.Refused> reason(DeviceAddress owner, Found<?> found) {
    if (found.fields().exists()) {
      return Future.succeededFuture(found.fields().lack());
    }
    String devices = AccountKeys.of(owner.aci()).devices();
    return link.send(devices, Request.cmd(Command.EXISTS).arg(devices))
        .map(
            reply ->
                reply != null && reply.toInteger() == 1
                    ? ClaimResult.Refused.NO_DEVICE
                    : ClaimResult.Refused.NO_ACCOUNT);
  }

  private List<Asked> ask(int at, ClaimTarget target, Future<int[]> read, Taker taker) {
    if (read.failed()) {
      return List.of(new Asked(at, target.device(), null, refusal(read.cause())));
    }
    if (read.result().length == 0) {
      return List.of(
          new Asked(at, ClaimTarget.ALL_DEVICES, null, refused(ClaimResult.Refused.NO_ACCOUNT)));
    }
    List<Asked> asked = new ArrayList<>(read.result().length);
    for (int device : read.result()) {
      try {
        asked.add(new Asked(at, device, taker.allowance(address(target, device)), null));
      } catch (GatewayException limited) {
        asked.add(new Asked(at, device, null, limited));
      }
    }
    return asked;
  }

  /** A failure as the refusal of one device. */
  static GatewayException refusal(Throwable failure) {
    return failure instanceof GatewayException known
        ? known
        : new GatewayException(ErrorCode.INTERNAL, "the claim failed");
  }

  /** What a caller is told of a claim that found nothing. */
  static GatewayException refusal(ClaimResult.Refused reason) {
    return switch (reason) {
      case NO_ACCOUNT -> new GatewayException(ErrorCode.NO_SUCH_ACCOUNT, "no such account");
      case NO_DEVICE -> new GatewayException(ErrorCode.NO_SUCH_DEVICE, "no such device");
      case NO_KEYS -> new GatewayException(ErrorCode.NO_SUCH_KEY, "the device has left no keys");
      case NO_POOL ->
          new GatewayException(ErrorCode.NO_SUCH_POOL, "the device has no pool of this name");
      case KEY_REUSED ->
          new GatewayException(
              ErrorCode.IDEMPOTENCY_KEY_REUSED,
              "Idempotency-Key: used for another device or identity (expected: a fresh one)");
    };
  }

  /** The same, and counts it. */
  private GatewayException refused(ClaimResult.Refused reason) {
    metrics.refused(reason);
    return refusal(reason);
  }

  /** Tells what each pool of a device gave to a claim that is served. */
  void tell(ClaimShape<?> shape, DeviceAddress owner, Found<?> found) {
    if (found.fields() instanceof DeviceKeys keys) {
      metrics.signedPrekeyServed(keys.signedAtSeconds());
    }
    for (int i = 0; i < shape.pools().size(); i++) {
      Pool pool = shape.pools().get(i);
      PoolOutcome outcome = found.outcome(i);
      metrics.claimed(pool, outcome);
      listener.onClaimed(owner, shape.identity(), pool, outcome);
    }
  }

  /** Counts what was popped for an answer that one device's failure kept from its caller. */
  private <F extends FieldsRead> void countUntold(List<Future<Found<F>>> claims) {
    int keys = 0;
    for (Future<Found<F>> claim : claims) {
      keys += claim.succeeded() ? claim.result().oneTime() : 0;
    }
    if (keys > 0) {
      metrics.burned(PrekeyMetrics.Burned.OTHER_FAILED, keys);
    }
  }

  private void count(ClaimScript.Reply<?> reply) {
    if (reply.burned() > 0) {
      metrics.burned(PrekeyMetrics.Burned.EPOCH, reply.burned());
    }
    if (reply.replayed()) {
      metrics.replayed();
    }
  }

  private <F extends FieldsRead> Future<Found<F>> group(
      ClaimShape<F> shape, DeviceAddress owner, Allowance allowance, Taker taker) {
    return new GroupClaim<>(link, metrics, reserve, shape, owner, allowance, taker.claimant())
        .run();
  }

  private static ClaimScript.Terms terms(ClaimTarget target, int[] devices, Taker taker) {
    try {
      return new ClaimScript.Terms(allowances(target, devices, taker), null);
    } catch (GatewayException limited) {
      return new ClaimScript.Terms(Map.of(), limited);
    }
  }

  private static Map<Integer, Allowance> allowances(
      ClaimTarget target, int[] devices, Taker taker) {
    Map<Integer, Allowance> allowances = new LinkedHashMap<>();
    for (int device : devices) {
      allowances.put(device, taker.allowance(address(target, device)));
    }
    return allowances;
  }

  private static DeviceAddress address(ClaimTarget target, int device) {
    return new DeviceAddress(target.aci(), device);
  }

  /** The devices that a target is about, in their order; none where there is no such account. */
  private Future<int[]> devices(ClaimTarget target) {
    if (!target.isAll()) {
      return Future.succeededFuture(new int[] {target.device()});
    }
    String devices = AccountKeys.of(target.aci()).devices();
    return link.send(devices, Request.cmd(Command.HKEYS).arg(devices)).map(PoolClaims::ids);
  }

  private static int[] ids(@Nullable Response reply) {
    if (reply == null) {
      return new int[0];
    }
    int[] ids = new int[reply.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = reply.get(i).toInteger();
    }
    Arrays.sort(ids);
    return ids;
  }
}
