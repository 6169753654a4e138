package io.restante.session;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.restante.telemetry.Meters;
import io.restante.telemetry.Metric;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Counts what the sockets of one event loop do. */
public final class SessionMeters {
  /** What a client may close with (RFC 6455, section 7.4.1), and {@link CloseCode}. */
  private static final Set<Integer> KNOWN =
      Stream.concat(
              Stream.of(1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011),
              Stream.of(CloseCode.values()).map(code -> (int) code.code()))
          .collect(Collectors.toUnmodifiableSet());

  private final MeterRegistry registry;
  private final Counter deliveries;
  private final Counter givenUp;
  private final Counter toldStock;
  private final Counter messagesOverBudget;
  private final Counter messagesTooSlow;
  private final Map<String, Counter> closed = new HashMap<>();

  /** The meters of one event loop. */
  public SessionMeters(MeterRegistry registry) {
    this.registry = registry;
    this.deliveries = Meters.counter(registry, Metric.DELIVERIES);
    this.givenUp = Meters.counter(registry, Metric.DELIVERIES_GIVEN_UP);
    this.toldStock = Meters.counter(registry, Metric.LOW_STOCK, "socket");
    this.messagesOverBudget = Meters.counter(registry, Metric.MESSAGES_GIVEN_UP, "budget");
    this.messagesTooSlow = Meters.counter(registry, Metric.MESSAGES_GIVEN_UP, "time");
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

  /** A message is not read on; its socket is closed for that. */
  void unreadable(CloseCode code) {
    if (code == CloseCode.TRY_LATER) {
      messagesOverBudget.increment();
    } else if (code == CloseCode.TOO_SLOW) {
      messagesTooSlow.increment();
    }
  }

  /** A socket has ended, with this code of its close frame. */
  void closed(int code) {
    closed
        .computeIfAbsent(tagOf(code), tag -> Meters.counter(registry, Metric.SOCKETS_CLOSED, tag))
        .increment();
  }

  /** Clients may send any code: those that are not known are one. */
  private static String tagOf(int code) {
    return switch (code) {
      case WebSocketChannel.NO_CODE -> "none";
      case WebSocketChannel.NO_CLOSE_FRAME -> "abnormal";
      default -> KNOWN.contains(code) ? Integer.toString(code) : "other";
    };
  }
}
