package io.restante.session;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.restante.telemetry.Meters;
import io.restante.telemetry.Metric;
import java.util.HashMap;
import java.util.Map;

/** Counts what the sockets of one event loop do. */
public final class SessionMeters {
  private final MeterRegistry registry;
  private final Counter deliveries;
  private final Counter givenUp;
  private final Counter toldStock;
  private final Map<Short, Counter> closed = new HashMap<>();

  /** The meters of one event loop. */
  public SessionMeters(MeterRegistry registry) {
    this.registry = registry;
    this.deliveries = Meters.counter(registry, Metric.DELIVERIES);
    this.givenUp = Meters.counter(registry, Metric.DELIVERIES_GIVEN_UP);
    this.toldStock = Meters.counter(registry, Metric.LOW_STOCK, "socket");
  }

  void delivered() {
    deliveries.increment();
  }

  void givenUp() {
    givenUp.increment();
  }

  void toldStock() {
    toldStock.increment();
  }

  void closed(CloseCode code) {
    closed
        .computeIfAbsent(
            code.code(),
            number -> Meters.counter(registry, Metric.SOCKETS_CLOSED, Short.toString(number)))
        .increment();
  }
}
