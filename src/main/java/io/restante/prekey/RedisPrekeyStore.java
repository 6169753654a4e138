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
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Prekeys in Redis, for one event loop. Keys of a device: a hash; its pools: a list and a ledger
 * each. A claim is plain commands in one round trip ({@link GroupClaim}), for all devices two.
 */
public final class RedisPrekeyStore implements PrekeyStore {
  private final RedisLink link;
  private final PrekeyMetrics metrics;
  private final UploadScript uploadScript;
  private final ClaimScript claimScript;

  /** The store of one event loop. */
  public RedisPrekeyStore(RedisLink link, PrekeyConfig config, PrekeyMetrics metrics) {
    this.link = link;
    this.metrics = metrics;
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
  public Future<ClaimResult> claim(ClaimTarget target) {
    if (!link.isUsable()) {
      return Future.failedFuture(GatewayException.redisUnavailable("Redis takes no claims"));
    }
    AccountKeys names = AccountKeys.of(target.aci());
    return target.isAll()
        ? claimAll(target, names)
        : new GroupClaim(link, metrics, names, target.identity(), target.device())
            .run()
            .map(this::answerOne);
  }

  @Override
  public Future<ClaimResult> claimOnce(ClaimTarget target, String record) {
    if (!link.isUsable()) {
      return Future.failedFuture(GatewayException.redisUnavailable("Redis takes no claims"));
    }
    return claimScript.run(target, record).map(this::answerOnce);
  }

  private Future<ClaimResult> claimAll(ClaimTarget target, AccountKeys names) {
    String devices = names.devices();
    return link.send(devices, Request.cmd(Command.HKEYS).arg(devices))
        .compose(
            reply -> {
              List<Future<GroupClaim.Found>> claims = new ArrayList<>();
              for (int device : deviceIds(reply)) {
                claims.add(new GroupClaim(link, metrics, names, target.identity(), device).run());
              }
              return Future.join(claims).map(all -> answerAll(claims));
            });
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

  private ClaimResult answerOne(GroupClaim.Found found) {
    if (found.bundle() == null) {
      return refused(found.exists() ? ClaimResult.Refused.NO_KEYS : ClaimResult.Refused.NO_DEVICE);
    }
    return answer(List.of(found.bundle()));
  }

  private ClaimResult answerAll(List<Future<GroupClaim.Found>> claims) {
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
    return bundles.isEmpty() ? refused(ClaimResult.Refused.NO_KEYS) : answer(bundles);
  }

  private static int oneTimeKeys(DeviceBundle bundle) {
    return (bundle.prekeyOutcome() == PoolOutcome.ONE_TIME ? 1 : 0)
        + (bundle.pqPrekeyOutcome() == PoolOutcome.ONE_TIME ? 1 : 0);
  }

  private ClaimResult answerOnce(ClaimScript.Reply reply) {
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
    return answer(reply.bundles());
  }

  private ClaimResult answer(List<DeviceBundle> bundles) {
    for (DeviceBundle bundle : bundles) {
      metrics.claimed(Pool.EC, bundle.prekeyOutcome());
      metrics.claimed(Pool.KEM, bundle.pqPrekeyOutcome());
    }
    return new ClaimResult.Claimed(BundleEncoding.encode(bundles));
  }

  private ClaimResult refused(ClaimResult.Refused reason) {
    metrics.refused(reason);
    return reason;
  }
}
