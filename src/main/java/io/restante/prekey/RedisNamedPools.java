package io.restante.prekey;

import io.restante.protocol.DeviceAddress;
import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.restante.protocol.Identity;
import io.restante.redis.AccountKeys;
import io.restante.redis.RedisLink;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Named pools in Redis, for one event loop. They belong to a device under its ACI: a list each,
 * with a reserve of its own, and three fields beside the device's keys.
 */
public final class RedisNamedPools implements NamedPoolStore {
  private final RedisLink link;
  private final PrekeyMetrics metrics;
  private final PoolClaims claims;
  private final PoolReadings readings;
  private final UploadScript uploadScript;
  private final DeletePoolScript deleteScript;

  /** The named pools of one event loop. */
  public RedisNamedPools(
      RedisLink link,
      PrekeyConfig config,
      NamedPoolsConfig pools,
      PrekeyMetrics metrics,
      ClaimListener listener) {
    this.link = link;
    this.metrics = metrics;
    this.claims = new PoolClaims(link, config, metrics, listener);
    this.readings = new PoolReadings(link);
    this.uploadScript = new UploadScript(link, config, pools.namesMax(), pools.namesEverMax());
    this.deleteScript = new DeletePoolScript(link);
  }

  @Override
  public Future<UploadResult> upload(DeviceAddress owner, NamedPoolUpload upload) {
    NamedEntry last = upload.lastResort();
    Map<String, byte[]> fields =
        last == null ? Map.of() : Map.of(NamedFields.lastField(upload.name()), last.pack());
    return uploadScript
        .run(owner, Identity.ACI, UploadScript.Parts.named(fields, upload.batch()))
        .onSuccess(
            result -> {
              if (result.status() == UploadResult.Status.STORED) {
                metrics.uploaded(result.kept(), result.dropped());
              }
            });
  }

  @Override
  public Future<Optional<PoolState>> state(DeviceAddress owner, PoolName name) {
    String keys = AccountKeys.of(owner.aci()).keys(Identity.ACI, owner.device());
    ClaimShape<NamedFields> shape = NamedFields.shape(name);
    return link.send(keys, shape.read(keys))
        .map(shape::decode)
        .compose(
            fields ->
                fields.isComplete()
                    ? readings
                        .state(
                            owner,
                            Identity.ACI,
                            Pool.named(name),
                            fields.state(),
                            fields.last() != null)
                        .map(Optional::of)
                    : Future.succeededFuture(Optional.empty()));
  }

  @Override
  public Future<PoolInventory> inventory(DeviceAddress owner) {
    return readings.inventory(owner);
  }

  @Override
  public Future<Boolean> delete(DeviceAddress owner, PoolName name) {
    return deleteScript.run(owner, name);
  }

  @Override
  public Future<List<BatchAnswer<NamedEntry>>> claim(
      PoolName name, List<ClaimTarget> targets, Taker taker, @Nullable String record) {
    ClaimShape<NamedFields> shape = NamedFields.shape(name);
    List<PoolClaims.BatchTarget<NamedFields>> batch = new ArrayList<>(targets.size());
    targets.forEach(target -> batch.add(new PoolClaims.BatchTarget<>(shape, target, record)));
    return claims
        .batch(batch, taker)
        .map(
            all ->
                all.stream().map(each -> answer(shape, targets.get(each.target()), each)).toList());
  }

  private BatchAnswer<NamedEntry> answer(
      ClaimShape<NamedFields> shape, ClaimTarget target, PoolClaims.OfBatch<NamedFields> each) {
    Found<NamedFields> found = each.found();
    if (found == null) {
      return new BatchAnswer<>(each.target(), each.device(), null, each.refusal());
    }
    if (!each.replayed()) {
      claims.tell(shape, new DeviceAddress(target.aci(), found.device()), found);
    }
    NamedEntry entry = entry(found);
    GatewayException refusal =
        entry == null ? new GatewayException(ErrorCode.NO_SUCH_KEY, "the pool is empty") : null;
    return new BatchAnswer<>(each.target(), each.device(), entry, refusal);
  }

  private static @Nullable NamedEntry entry(Found<NamedFields> found) {
    byte[] entry = found.entries()[0];
    if (entry != null) {
      return NamedEntry.unpack(entry, Pool.EPOCH_BYTES);
    }
    byte[] last = found.fields().last();
    return last == null ? null : NamedEntry.unpack(last, 0);
  }
}
