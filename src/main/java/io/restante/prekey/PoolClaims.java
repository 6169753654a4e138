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
              return Future.join(claims).map(all -> all.<Found<F>>list());
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
   * @param found null where it is refused
   * @param refusal null where it is not
   */
  record OfBatch<F extends FieldsRead>(
      int target, int device, @Nullable Found<F> found, @Nullable GatewayException refusal) {}

  /** A device of a batch that was asked for: either is null. */
  private record Asked(
      int target, int device, @Nullable Allowance allowance, @Nullable GatewayException refusal) {}

  /**
   * Claims from many devices of many accounts at once, in one tick, each for itself: what one
   * refuses keeps nothing from another. The answers come in the order of the targets.
   *
   * @return fails with 422 where they are more devices than a batch may have, and with 503 where
   *     too many are asked at once; nothing was popped then
   */
  <F extends FieldsRead> Future<List<OfBatch<F>>> batch(List<BatchTarget<F>> targets, Taker taker) {
    List<Future<List<Asked>>> reads = new ArrayList<>(targets.size());
    for (int i = 0; i < targets.size(); i++) {
      int at = i;
      ClaimTarget target = targets.get(i).target();
      reads.add(
          devices(target)
              .map(devices -> ask(at, target, devices, taker))
              .otherwise(failure -> List.of(refused(at, target.device(), failure))));
    }
    return Future.join(reads)
        .compose(
            read -> {
              List<Asked> asked = new ArrayList<>();
              read.<List<Asked>>list().forEach(asked::addAll);
              return claimAsked(targets, asked, taker);
            });
  }

  private <F extends FieldsRead> Future<List<OfBatch<F>>> claimAsked(
      List<BatchTarget<F>> targets, List<Asked> asked, Taker taker) {
    if (asked.size() > config.batchMax()) {
      throw GatewayException.invalidField(
          "destinations", asked.size() + " devices", "at most " + config.batchMax());
    }
    if (batchDevicesInFlight + asked.size() > BATCHES_AT_ONCE_MAX * config.batchMax()) {
      throw new GatewayException(ErrorCode.OVERLOADED, "batches: too many at once", 1);
    }
    batchDevicesInFlight += asked.size();
    List<Future<OfBatch<F>>> claims = new ArrayList<>(asked.size());
    for (Asked each : asked) {
      claims.add(
          each.refusal() == null
              ? claimOne(targets.get(each.target()), each, taker)
                  .map(found -> new OfBatch<>(each.target(), each.device(), found, null))
                  .otherwise(
                      failure ->
                          new OfBatch<>(each.target(), each.device(), null, refusal(failure)))
              : Future.succeededFuture(
                  new OfBatch<>(each.target(), each.device(), null, each.refusal())));
    }
    return Future.join(claims)
        .onComplete(done -> batchDevicesInFlight -= asked.size())
        .map(all -> all.<OfBatch<F>>list());
  }

  private <F extends FieldsRead> Future<Found<F>> claimOne(
      BatchTarget<F> target, Asked asked, Taker taker) {
    ClaimShape<F> shape = target.shape();
    DeviceAddress owner = address(target.target(), asked.device());
    Allowance allowance = Objects.requireNonNull(asked.allowance());
    String record = target.record();
    if (record == null) {
      return group(shape, owner, allowance, taker);
    }
    ClaimTarget one = new ClaimTarget(owner.aci(), shape.identity(), owner.device());
    ClaimScript.Terms terms = new ClaimScript.Terms(Map.of(owner.device(), allowance), null);
    String ofDevice = record + ':' + shape.scope() + ':' + owner.device();
    return script
        .run(shape, one, terms, taker.claimant(), ofDevice)
        .map(
            reply -> {
              count(reply);
              if (reply.refused() != null) {
                throw refusal(reply.refused());
              }
              return reply.rows().get(0);
            });
  }

  private static List<Asked> ask(int at, ClaimTarget target, int[] devices, Taker taker) {
    if (devices.length == 0) {
      return List.of(
          new Asked(at, ClaimTarget.ALL_DEVICES, null, refusal(ClaimResult.Refused.NO_ACCOUNT)));
    }
    List<Asked> asked = new ArrayList<>(devices.length);
    for (int device : devices) {
      try {
        asked.add(new Asked(at, device, taker.allowance(address(target, device)), null));
      } catch (GatewayException limited) {
        asked.add(new Asked(at, device, null, limited));
      }
    }
    return asked;
  }

  private static Asked refused(int at, int device, Throwable failure) {
    return new Asked(at, device, null, refusal(failure));
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
      case KEY_REUSED ->
          new GatewayException(
              ErrorCode.IDEMPOTENCY_KEY_REUSED,
              "Idempotency-Key: used for another device or identity (expected: a fresh one)");
    };
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
