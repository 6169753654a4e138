package io.restante.edge;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.restante.protocol.ErrorCode;
import io.restante.telemetry.Meters;
import io.restante.telemetry.Metric;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Measures the requests of one event loop: how long each route takes, what is refused and why. How
 * many are under way is counted over all event loops.
 */
public final class RequestMeter {
  private static final String NO_ROUTE = "none";

  private final MeterRegistry registry;
  private final AtomicInteger inFlight;
  private final Map<String, Timer> timers = new HashMap<>();
  private final Map<ErrorCode, Counter> refusals = new EnumMap<>(ErrorCode.class);

  /** A meter of one event loop. */
  public RequestMeter(MeterRegistry registry, AtomicInteger inFlight) {
    this.registry = registry;
    this.inFlight = inFlight;
    for (ErrorCode code : ErrorCode.values()) {
      refusals.put(code, Meters.counter(registry, Metric.REFUSALS, code.code()));
    }
  }

  /** One request under way. */
  final class Timing {
    private final long beganNanos = System.nanoTime();
    private @Nullable Route route;

    /** The request was matched. */
    void route(Route matched) {
      route = matched;
    }

    /** The request is answered. */
    Reply end(Reply reply) {
      inFlight.decrementAndGet();
      String template = route == null ? NO_ROUTE : route.template();
      timer(template, reply.status() / 100)
          .record(System.nanoTime() - beganNanos, TimeUnit.NANOSECONDS);
      return reply;
    }

    /** The request is refused. */
    Reply refused(ErrorCode code, Reply reply) {
      Counter counter = refusals.get(code);
      if (counter != null) {
        counter.increment();
      }
      return end(reply);
    }
  }

  /** A request begins. */
  Timing begin() {
    inFlight.incrementAndGet();
    return new Timing();
  }

  private Timer timer(String template, int statusClass) {
    // A handful of routes and classes: the string is short, and the map is this event loop's own.
    return timers.computeIfAbsent(
        template + statusClass,
        unused -> Meters.timer(registry, Metric.REQUESTS, template, statusClass + "xx"));
  }
}
