package io.restante;

import io.restante.delivery.StockHerald;
import io.restante.mailbox.Doorbell;
import io.restante.prekey.BudgetedClaims;
import io.restante.prekey.BudgetedUploads;
import io.restante.prekey.ClaimLimits;
import io.restante.prekey.LowStockConfig;
import io.restante.prekey.NamedPoolStore;
import io.restante.prekey.PrekeyConfig;
import io.restante.prekey.PrekeyStore;
import io.restante.prekey.RedisNamedPools;
import io.restante.prekey.RedisPrekeyStore;
import io.restante.prekey.StockReport;
import io.restante.prekey.StockWatch;
import io.restante.prekey.UploadLimits;
import io.restante.protocol.DeviceAddress;
import io.restante.push.Pushes;
import io.restante.redis.RedisLink;
import io.restante.session.Stock;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;

/** What one event loop has of prekeys: the stores of all pools, their watch, limits, and counts. */
record PrekeyParts(PrekeyStore prekeys, NamedPoolStore pools) {
  /** The stores; a pool that runs low is announced to its owner. */
  static PrekeyParts of(GatewayParts parts, RedisLink link, Doorbell doorbell, Pushes pushes) {
    StockHerald herald = new StockHerald(doorbell, pushes, parts.registry());
    StockWatch watch =
        new StockWatch(parts.vertx(), link, parts.stock(), parts.prekeyMeters(), herald::tell);
    PrekeyConfig config = parts.config().prekey();
    return new PrekeyParts(
        new RedisPrekeyStore(link, config, parts.prekeyMeters(), watch),
        new RedisNamedPools(link, config, parts.config().pools(), parts.prekeyMeters(), watch));
  }

  /** The limits of claims. */
  static ClaimLimits limits(GatewayParts parts, RedisLink link) {
    return parts
        .claimBudgets()
        .<ClaimLimits>map(budgets -> new BudgetedClaims(budgets, parts.debts(link)))
        .orElse(ClaimLimits.NONE);
  }

  /** The limits of uploads. */
  static UploadLimits uploadLimits(GatewayParts parts, RedisLink link) {
    return parts
        .claimBudgets()
        .<UploadLimits>map(budgets -> new BudgetedUploads(budgets, parts.debts(link)))
        .orElse(UploadLimits.NONE);
  }

  /** The counts that a session tells its device. */
  static Stock stock(RedisLink link, LowStockConfig config) {
    StockReport report = new StockReport(link, config);
    return new Stock() {
      @Override
      public int intervalMs() {
        return config.intervalMs();
      }

      @Override
      public Future<Optional<Buffer>> low(DeviceAddress owner) {
        return report.low(owner);
      }
    };
  }
}
