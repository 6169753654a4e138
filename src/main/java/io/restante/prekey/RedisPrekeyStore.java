package io.restante.prekey;

import io.restante.protocol.DeviceAddress;
import io.restante.protocol.GatewayException;
import io.restante.protocol.Identity;
import io.restante.redis.AccountKeys;
import io.restante.redis.RedisLink;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The pools of the Signal protocol in Redis, for one event loop. Keys of a device: a hash; its
 * pools: a list each, with a reserve and a ledger in common. A claim is plain commands in one round
 * trip ({@link GroupClaim}), for all devices two.
 */
public final class RedisPrekeyStore implements PrekeyStore {
  private final RedisLink link;
  private final PrekeyMetrics metrics;
  private final PoolClaims claims;
  private final PoolCounts counts;
  private final UploadScript uploadScript;

  /** The store of one event loop. */
  public RedisPrekeyStore(
      RedisLink link, PrekeyConfig config, PrekeyMetrics metrics, ClaimListener listener) {
    this.link = link;
    this.metrics = metrics;
    this.claims = new PoolClaims(link, config, metrics, listener);
    this.counts = new PoolCounts(link);
    this.uploadScript = new UploadScript(link, config, 0, 0);
  }

  @Override
  public Future<UploadResult> upload(
      DeviceAddress owner, Identity identity, VerifiedUpload upload) {
    return uploadScript
        .run(owner, identity, UploadScript.Parts.of(upload))
        .map(
            result -> {
              if (result.status() == UploadResult.Status.STORED) {
                metrics.uploaded(result.kept(), result.dropped());
              }
              return result;
            });
  }

  @Override
  public Future<DeviceKeys> keys(DeviceAddress owner, Identity identity) {
    String name = AccountKeys.of(owner.aci()).keys(identity, owner.device());
    ClaimShape<DeviceKeys> shape = ClaimShape.signal(identity);
    return link.send(name, shape.read(name)).map(shape::decode);
  }

  @Override
  public Future<Integer> count(DeviceAddress owner, Identity identity, Pool pool) {
    return counts.of(owner, identity, pool);
  }

  @Override
  public Future<ClaimResult> claim(ClaimTarget target, Taker taker) {
    if (!isUsable(target)) {
      return unusable();
    }
    ClaimShape<DeviceKeys> shape = ClaimShape.signal(target.identity());
    if (target.isAll()) {
      return claims.all(shape, target, taker).map(found -> answerAll(target, found));
    }
    return claims
        .one(shape, new DeviceAddress(target.aci(), target.device()), taker)
        .compose(found -> answerOne(target, found));
  }

  @Override
  public Future<ClaimResult> claimOnce(ClaimTarget target, Taker taker, String record) {
    if (!isUsable(target)) {
      return unusable();
    }
    return claims
        .once(ClaimShape.signal(target.identity()), target, taker, record)
        .map(
            reply -> {
              if (reply.refused() != null) {
                return refused(reply.refused());
              }
              return reply.replayed()
                  ? new ClaimResult.Claimed(BundleEncoding.encode(bundles(reply.rows())))
                  : answer(target, reply.rows());
            });
  }

  @Override
  public Future<List<BatchAnswer<DeviceBundle>>> claimBatch(
      List<ClaimTarget> targets, Taker taker, @Nullable String record) {
    List<PoolClaims.BatchTarget<DeviceKeys>> batch = new ArrayList<>(targets.size());
    for (ClaimTarget target : targets) {
      ClaimShape<DeviceKeys> shape = ClaimShape.signal(target.identity());
      batch.add(new PoolClaims.BatchTarget<>(shape, target, record));
    }
    return claims
        .batch(batch, taker)
        .map(all -> all.stream().map(each -> answer(targets.get(each.target()), each)).toList());
  }

  private BatchAnswer<DeviceBundle> answer(
      ClaimTarget target, PoolClaims.OfBatch<DeviceKeys> each) {
    Found<DeviceKeys> found = each.found();
    if (found == null) {
      return new BatchAnswer<>(each.target(), each.device(), null, each.refusal());
    }
    if (!each.replayed()) {
      tell(target, found);
    }
    return new BatchAnswer<>(each.target(), each.device(), bundle(found), null);
  }

  private boolean isUsable(ClaimTarget target) {
    return link.isUsable(AccountKeys.of(target.aci()).devices());
  }

  private static <T> Future<T> unusable() {
    return Future.failedFuture(GatewayException.redisUnavailable("Redis takes no claims"));
  }

  private Future<ClaimResult> answerOne(ClaimTarget target, Found<DeviceKeys> found) {
    return found.isServable()
        ? Future.succeededFuture(answer(target, List.of(found)))
        : claims.reason(new DeviceAddress(target.aci(), found.device()), found).map(this::refused);
  }

  private ClaimResult answerAll(ClaimTarget target, List<Found<DeviceKeys>> all) {
    if (all.isEmpty()) {
      return refused(ClaimResult.Refused.NO_ACCOUNT);
    }
    List<Found<DeviceKeys>> served = new ArrayList<>(all.size());
    for (Found<DeviceKeys> found : all) {
      if (!found.isServable()) {
        continue;
      }
      // Read before and after a change of the identity key: only what belongs together is served.
      byte[] identity = found.fields().requireIdentity();
      if (served.isEmpty() || Arrays.equals(served.get(0).fields().requireIdentity(), identity)) {
        served.add(found);
      } else if (found.oneTime() > 0) {
        metrics.burned(PrekeyMetrics.Burned.NOT_SERVABLE, found.oneTime());
      }
    }
    return served.isEmpty() ? refused(ClaimResult.Refused.NO_KEYS) : answer(target, served);
  }

  private ClaimResult answer(ClaimTarget target, List<Found<DeviceKeys>> served) {
    served.forEach(found -> tell(target, found));
    return new ClaimResult.Claimed(BundleEncoding.encode(bundles(served)));
  }

  private void tell(ClaimTarget target, Found<DeviceKeys> found) {
    DeviceAddress owner = new DeviceAddress(target.aci(), found.device());
    claims.tell(ClaimShape.signal(target.identity()), owner, found);
  }

  private static List<DeviceBundle> bundles(List<Found<DeviceKeys>> rows) {
    List<DeviceBundle> bundles = new ArrayList<>(rows.size());
    rows.forEach(found -> bundles.add(bundle(found)));
    return bundles;
  }

  private static DeviceBundle bundle(Found<DeviceKeys> found) {
    return DeviceBundle.of(found.device(), found.fields(), found.entries()[0], found.entries()[1]);
  }

  private ClaimResult.Refused refused(ClaimResult.Refused reason) {
    metrics.refused(reason);
    return reason;
  }
}
