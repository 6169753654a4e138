package io.restante.prekey;

import io.restante.protocol.DeviceAddress;
import io.restante.protocol.Identity;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What an owner is told of its pools: {@code {"lowStock", "pools":[{"identity", "name",
 * "count"}]}}. Counts are absolute and explicit, one for each pool that the device has filled or
 * that stands before a last-resort key of it, also where it is 0.
 */
public final class StockReport {
  private final PrekeyStore store;
  private final LowStockConfig config;

  /** Reports of one event loop. */
  public StockReport(PrekeyStore store, LowStockConfig config) {
    this.store = store;
    this.config = config;
  }

  private record Line(Identity identity, String name, int count) {
    JsonObject json() {
      return new JsonObject()
          .put("identity", identity.wireName())
          .put("name", name)
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
    List<Future<Line>> lines = new ArrayList<>();
    for (Pool pool : Pool.ALL) {
      lines.add(
          store
              .count(owner, Identity.ACI, pool)
              .map(count -> new Line(Identity.ACI, pool.name(), count)));
    }
    return Future.all(lines).map(all -> all.list());
  }

  private Buffer json(List<Line> lines) {
    JsonArray pools = new JsonArray();
    lines.forEach(line -> pools.add(line.json()));
    return new JsonObject().put("lowStock", config.threshold()).put("pools", pools).toBuffer();
  }
}
