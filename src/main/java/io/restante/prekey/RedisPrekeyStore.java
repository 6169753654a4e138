package io.restante.prekey;

import io.restante.protocol.DeviceAddress;
import io.restante.protocol.GatewayException;
import io.restante.protocol.Identity;
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
import org.jspecify.annotations.Nullable;

/**
 * Prekeys in Redis, for one event loop. Keys of a device: a hash; its pools: a list and a ledger
 * each. A claim is plain commands in one round trip ({@link GroupClaim}), for all devices two.
 */
public final class RedisPrekeyStore implements PrekeyStore {
  private final RedisLink link;
  private final PrekeyMetrics metrics;
  private final ClaimListener listener;
  private final UploadScript uploadScript;
  private final ClaimScript claimScript;

  /** The store of one event loop. */
  public RedisPrekeyStore(
      RedisLink link, PrekeyConfig config, PrekeyMetrics metrics, ClaimListener listener) {
    this.link = link;
    this.metrics = metrics;
    this.listener = listener;
    this.uploadScript = new UploadScript(link, config.ledgerMax());
    this.claimScript = new ClaimScript(link, config.idempotencyWindowMs());
  }

  @Override
  public Future<UploadResult> upload(
      DeviceAddress owner, Identity identity, VerifiedUpload upload) {
    return uploadScript
        .run(owner, identity, upload)
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
    Request read = Request.cmd(Command.HMGET).arg(name);
    for (String field : DeviceKeys.FIELDS) {
      read.arg(field);
    }
    return link.send(name, read).map(DeviceKeys::read);
  }

  @Override
  public Future<Integer> count(DeviceAddress owner, Identity identity, Pool pool) {
    String name = AccountKeys.of(owner.aci()).pool(identity, pool.name(), owner.device());
    return link.send(name, Request.cmd(Command.LLEN).arg(name))
        .map(reply -> reply == null ? 0 : reply.toInteger());
  }

  @Override
  public Future<ClaimResult> claim(ClaimTarget target, Taker taker) {
    if (!link.isUsable()) {
      return Future.failedFuture(GatewayException.redisUnavailable("Redis takes no claims"));
    }
    if (target.isAll()) {
      return allowances(target, taker).compose(allowances -> claimAll(target, allowances));
    }
    Allowance allowance;
    try {
      allowance = taker.allowance(new DeviceAddress(target.aci(), target.device()));
    } catch (GatewayException limited) {
      return Future.failedFuture(limited);
    }
    return group(target, target.device(), allowance).run().map(found -> answerOne(target, found));
  }

  private Future<ClaimResult> claimAll(ClaimTarget target, Map<Integer, Allowance> allowances) {
    List<Future<GroupClaim.Found>> claims = new ArrayList<>(allowances.size());
    allowances.forEach((device, allowance) -> claims.add(group(target, device, allowance).run()));
    return Future.join(claims).map(all -> answerAll(target, claims));
  }

  @Override
  public Future<ClaimResult> claimOnce(ClaimTarget target, Taker taker, String record) {
    if (!link.isUsable()) {
      return Future.failedFuture(GatewayException.redisUnavailable("Redis takes no claims"));
    }
    return allowances(target, taker)
        .compose(allowances -> claimScript.run(target, allowances, record))
        .map(reply -> answerOnce(target, reply));
  }

  /** What may be taken from each device, in their order: all are asked before the first pop. */
  private Future<Map<Integer, Allowance>> allowances(ClaimTarget target, Taker taker) {
    if (!target.isAll()) {
      int[] only = {target.device()};
      return Future.succeededFuture(only).map(devices -> allowances(target, devices, taker));
    }
    String devices = AccountKeys.of(target.aci()).devices();
    return link.send(devices, Request.cmd(Command.HKEYS).arg(devices))
        .map(reply -> allowances(target, deviceIds(reply), taker));
  }

  private static Map<Integer, Allowance> allowances(
      ClaimTarget target, int[] devices, Taker taker) {
    Map<Integer, Allowance> allowances = new LinkedHashMap<>();
    for (int device : devices) {
      allowances.put(device, taker.allowance(new DeviceAddress(target.aci(), device)));
    }
    return allowances;
  }

  private GroupClaim group(ClaimTarget target, int device, Allowance allowance) {
    AccountKeys names = AccountKeys.of(target.aci());
    return new GroupClaim(link, metrics, names, target.identity(), device, allowance);
  }

  private static int[] deviceIds(@Nullable Response reply) {
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

  private ClaimResult answerOne(ClaimTarget target, GroupClaim.Found found) {
    if (found.bundle() == null) {
      return refused(found.exists() ? ClaimResult.Refused.NO_KEYS : ClaimResult.Refused.NO_DEVICE);
    }
    return answer(target, List.of(found.bundle()));
  }

  private ClaimResult answerAll(ClaimTarget target, List<Future<GroupClaim.Found>> claims) {
    if (claims.isEmpty()) {
      return refused(ClaimResult.Refused.NO_ACCOUNT);
    }
    List<DeviceBundle> bundles = new ArrayList<>(claims.size());
    for (Future<GroupClaim.Found> claim : claims) {
      DeviceBundle bundle = claim.result().bundle();
      if (bundle == null) {
        continue;
      }
      // Read before and after a change of the identity key: only what belongs together is served.
      if (bundles.isEmpty() || Arrays.equals(bundles.get(0).identityKey(), bundle.identityKey())) {
        bundles.add(bundle);
      } else {
        metrics.burned(PrekeyMetrics.Burned.NOT_SERVABLE, oneTimeKeys(bundle));
      }
    }
    return bundles.isEmpty() ? refused(ClaimResult.Refused.NO_KEYS) : answer(target, bundles);
  }

  private static int oneTimeKeys(DeviceBundle bundle) {
    return (bundle.prekeyOutcome() == PoolOutcome.ONE_TIME ? 1 : 0)
        + (bundle.pqPrekeyOutcome() == PoolOutcome.ONE_TIME ? 1 : 0);
  }

  private ClaimResult answerOnce(ClaimTarget target, ClaimScript.Reply reply) {
    if (reply.burned() > 0) {
      metrics.burned(PrekeyMetrics.Burned.EPOCH, reply.burned());
    }
    if (reply.refused() != null) {
      return refused(reply.refused());
    }
    if (reply.replayed()) {
      metrics.replayed();
      return new ClaimResult.Claimed(BundleEncoding.encode(reply.bundles()));
    }
    return answer(target, reply.bundles());
  }

  private ClaimResult answer(ClaimTarget target, List<DeviceBundle> bundles) {
    for (DeviceBundle bundle : bundles) {
      DeviceAddress owner = new DeviceAddress(target.aci(), bundle.device());
      tell(owner, target.identity(), Pool.EC, bundle.prekeyOutcome());
      tell(owner, target.identity(), Pool.KEM, bundle.pqPrekeyOutcome());
    }
    return new ClaimResult.Claimed(BundleEncoding.encode(bundles));
  }

  private void tell(DeviceAddress owner, Identity identity, Pool pool, PoolOutcome outcome) {
    metrics.claimed(pool, outcome);
    listener.onClaimed(owner, identity, pool, outcome);
  }

  private ClaimResult refused(ClaimResult.Refused reason) {
    metrics.refused(reason);
    return reason;
  }
}
