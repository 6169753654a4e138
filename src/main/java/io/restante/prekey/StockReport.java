package io.restante.prekey;

import io.restante.protocol.DeviceAddress;
import io.restante.protocol.Identity;
import io.restante.redis.AccountKeys;
import io.restante.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What an owner is told of its pools: {@code {"lowStock", "pools":[{"identity", "name",
 * "count"}]}}. Counts are absolute and explicit, one for each pool that the device has filled, also
 * where it is 0, and in any case for those of its ACI that its signed and last-resort keys stand
 * for.
 */
public final class StockReport {
  private static final String STATE_BEGINNING = "pool:";

  private final RedisLink link;
  private final PoolCounts counts;
  private final LowStockConfig config;

  /** Reports of one event loop. */
  public StockReport(RedisLink link, LowStockConfig config) {
    this.link = link;
    this.counts = new PoolCounts(link);
    this.config = config;
  }

  private record Line(Identity identity, Pool pool, int count) {
    JsonObject json() {
      return new JsonObject()
          .put("identity", identity.wireName())
          .put("name", pool.name())
          .put("count", count);
    }
  }

  /** The counts of all pools of a device, where one is low; otherwise empty. */
  public Future<Optional<Buffer>> low(DeviceAddress owner) {
    return lines(owner)
        .map(
            lines ->
                lines.stream().anyMatch(line -> line.count() < config.threshold())
                    ? Optional.of(json(lines))
                    : Optional.empty());
  }

  private Future<List<Line>> lines(DeviceAddress owner) {
    return Future.all(lines(owner, Identity.ACI), lines(owner, Identity.PNI))
        .map(
            both -> {
              List<Line> lines = new ArrayList<>(both.<List<Line>>resultAt(0));
              lines.addAll(both.<List<Line>>resultAt(1));
              return lines;
            });
  }

  private Future<List<Line>> lines(DeviceAddress owner, Identity identity) {
    String keys = AccountKeys.of(owner.aci()).keys(identity, owner.device());
    return link.send(keys, Request.cmd(Command.HKEYS).arg(keys))
        .compose(
            reply -> {
              List<Future<Line>> lines = new ArrayList<>();
              for (Pool pool : pools(identity, names(reply))) {
                lines.add(
                    counts.of(owner, identity, pool).map(count -> new Line(identity, pool, count)));
              }
              return Future.all(lines).map(all -> all.<Line>list());
            });
  }

  private static Set<String> names(@Nullable Response fields) {
    Set<String> names = new TreeSet<>();
    if (fields != null) {
      fields.forEach(field -> names.add(field.toString()));
    }
    return names;
  }

  private static List<Pool> pools(Identity identity, Set<String> fields) {
    List<Pool> pools = new ArrayList<>();
    boolean mayBeAsked = identity == Identity.ACI && fields.contains("signed");
    if (fields.contains(Pool.EC.stateField()) || mayBeAsked) {
      pools.add(Pool.EC);
    }
    if (fields.contains(Pool.KEM.stateField()) || (mayBeAsked && fields.contains("last"))) {
      pools.add(Pool.KEM);
    }
    for (String field : fields) {
      if (field.startsWith(STATE_BEGINNING)
          && Pool.SIGNAL.stream().noneMatch(pool -> field.equals(pool.stateField()))) {
        pools.add(Pool.named(new PoolName(field.substring(STATE_BEGINNING.length()))));
      }
    }
    return pools;
  }

  private Buffer json(List<Line> lines) {
    JsonArray pools = new JsonArray();
    lines.forEach(line -> pools.add(line.json()));
    return new JsonObject().put("lowStock", config.threshold()).put("pools", pools).toBuffer();
  }
}
