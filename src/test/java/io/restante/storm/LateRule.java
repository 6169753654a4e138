package io.restante.storm;

import io.restante.faults.Span;
import io.restante.storm.Event.Attends;
import io.restante.storm.Event.Closed;
import io.restante.storm.Event.Delivered;
import io.restante.storm.Event.Emptied;
import io.restante.storm.Event.OfDevice;
import io.restante.storm.Event.Part;
import io.restante.storm.Finding.Rule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * LATE: a device that has a session, reads and acks at once, gets soon what was answered 200, and
 * after a fault what was answered meanwhile. Sweeps, which would find it in the end, are put off
 * for longer than a record: whatever this finds, a doorbell was not heard.
 */
final class LateRule {
  /** Longer than a session pauses at most after failures. */
  static final long LATE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static final class Watch {
    final int session;
    long from = Span.OPEN;
    long to;
    boolean attends;
    boolean emptied;

    Watch(int session, long end) {
      this.session = session;
      this.to = end;
    }

    void note(long now) {
      if (attends && emptied && from == Span.OPEN) {
        from = now;
      }
    }
  }

  private LateRule() {}

  /**
   * What breaks the rule.
   *
   * @param deliveries by digest
   * @param end of the record
   */
  static List<Finding> check(
      List<Dispatch> dispatches,
      Map<Device, List<OfDevice>> ofDevice,
      Map<String, List<Delivered>> deliveries,
      Troubles troubles,
      long end) {
    Map<Device, List<Watch>> watches = new HashMap<>();
    ofDevice.forEach((device, own) -> watches.put(device, watches(own, end)));
    List<Finding> findings = new ArrayList<>();
    for (Dispatch dispatch : dispatches) {
      if (!dispatch.isAnswered()) {
        continue;
      }
      for (Part part : dispatch.parts()) {
        long seen =
            deliveries.getOrDefault(part.digest(), List.of()).stream()
                .mapToLong(delivered -> delivered.span().from())
                .min()
                .orElse(Span.OPEN);
        for (Watch watch : watches.getOrDefault(part.to(), List.of())) {
          long due = due(dispatch.span().to(), watch, troubles);
          if (due < watch.to && due < seen) {
            findings.add(
                new Finding(
                    Rule.LATE,
                    "session " + watch.session + " of " + part.to() + " did not get it by " + due,
                    dispatch.first()));
            break;
          }
        }
      }
    }
    return findings;
  }

  private static long due(long answered, Watch watch, Troubles troubles) {
    if (watch.from == Span.OPEN || watch.to <= answered) {
      return Span.OPEN;
    }
    return troubles.calmFor(LATE_NANOS, Math.max(answered, watch.from)) + LATE_NANOS;
  }

  private static List<Watch> watches(List<OfDevice> own, long end) {
    Map<Integer, Watch> watches = new LinkedHashMap<>();
    for (OfDevice event : own) {
      long now = event.span().to();
      if (event instanceof Attends attends) {
        Watch watch =
            watches.computeIfAbsent(attends.session(), session -> new Watch(session, end));
        watch.attends = true;
        watch.note(now);
      } else if (event instanceof Emptied emptied) {
        Watch watch =
            watches.computeIfAbsent(emptied.session(), session -> new Watch(session, end));
        watch.emptied = true;
        watch.note(now);
      } else if (event instanceof Closed closed && watches.containsKey(closed.session())) {
        watches.get(closed.session()).to = closed.span().from();
      }
    }
    return List.copyOf(watches.values());
  }
}
