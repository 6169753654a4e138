package io.restante.storm;

import io.restante.faults.Span;
import io.restante.storm.Event.Acked;
import io.restante.storm.Event.Confirmed;
import io.restante.storm.Event.Delivered;
import io.restante.storm.Event.OfDevice;
import io.restante.storm.Event.Opened;
import io.restante.storm.Event.Removed;
import io.restante.storm.Finding.Rule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * AGAIN: what was taken does not come again. An ack is not answered: that it was heard is known
 * once a later request in the same session was answered. From then on the session does not send
 * that envelope any more, whatever happens. Another session, or a poll, may still find it if it
 * began soon after, or if a fault kept it from being deleted; otherwise it must not. A deletion is
 * answered: what begins after that finds it no more.
 */
final class AgainRule {
  /** How long deleting may take where nothing goes wrong. */
  static final long DELETION_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** For how long after a fault a deletion that failed may wait for its next attempt. */
  static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** An envelope that a session has taken: when it was acked, and when that was known. */
  private record Take(int session, long ackedAt, long knownAt) {}

  /**
   * What there is to say about one device.
   *
   * @param redeliveries envelopes that came again
   * @param afterAck those of them that came again after their ack was heard
   */
  record Outcome(List<Finding> findings, int redeliveries, int afterAck) {}

  private final Troubles troubles;
  private final Map<Integer, Long> begins = new HashMap<>();
  private final Map<String, List<Take>> takes = new HashMap<>();
  private final Map<String, Removed> removals = new HashMap<>();

  private AgainRule(List<OfDevice> own, Troubles troubles) {
    this.troubles = troubles;
    Map<Integer, List<Confirmed>> confirmed = new HashMap<>();
    Map<Integer, Map<String, Long>> acked = new HashMap<>();
    for (OfDevice event : own) {
      if (event instanceof Opened opened) {
        begins.put(opened.session(), opened.span().from());
      } else if (event instanceof Confirmed answered) {
        confirmed.computeIfAbsent(answered.session(), first -> new ArrayList<>()).add(answered);
      } else if (event instanceof Acked ack) {
        acked
            .computeIfAbsent(ack.session(), first -> new HashMap<>())
            .putIfAbsent(ack.guid(), ack.span().to());
      } else if (event instanceof Removed removed && removed.status() == 204) {
        removals.putIfAbsent(removed.guid(), removed);
      }
    }
    acked.forEach(
        (session, guids) ->
            guids.forEach(
                (guid, at) -> {
                  long known = knownAt(at, confirmed.getOrDefault(session, List.of()));
                  takes
                      .computeIfAbsent(guid, first -> new ArrayList<>())
                      .add(new Take(session, at, known));
                }));
  }

  private static long knownAt(long ackedAt, List<Confirmed> answers) {
    return answers.stream()
        .filter(answer -> answer.span().from() >= ackedAt)
        .mapToLong(answer -> answer.span().to())
        .min()
        .orElse(Span.OPEN);
  }

  /** Looks at one device's events. */
  static Outcome check(List<OfDevice> own, Troubles troubles) {
    AgainRule rule = new AgainRule(own, troubles);
    List<Finding> findings = new ArrayList<>();
    Map<String, Boolean> seen = new HashMap<>();
    int redeliveries = 0;
    int afterAck = 0;
    for (OfDevice event : own) {
      if (event instanceof Delivered delivered
          && seen.put(delivered.guid(), Boolean.TRUE) != null) {
        redeliveries++;
        afterAck += rule.isAfterAck(delivered) ? 1 : 0;
        String broken = rule.broken(delivered);
        if (!broken.isEmpty()) {
          findings.add(new Finding(Rule.AGAIN, broken, delivered));
        }
      }
    }
    return new Outcome(findings, redeliveries, afterAck);
  }

  private boolean isAfterAck(Delivered delivered) {
    return takes.getOrDefault(delivered.guid(), List.of()).stream()
        .anyMatch(take -> take.knownAt() < delivered.span().from());
  }

  /** How a redelivery breaks the rule; empty where it does not. */
  private String broken(Delivered delivered) {
    long now = delivered.span().from();
    long begin = begins.getOrDefault(delivered.session(), now);
    for (Take take : takes.getOrDefault(delivered.guid(), List.of())) {
      if (take.session() == delivered.session()) {
        if (take.knownAt() < now) {
          return "this session had taken its ack by " + take.knownAt();
        }
      } else if (take.knownAt() != Span.OPEN
          && take.knownAt() + DELETION_NANOS < begin
          && !troubles.during(new Span(take.ackedAt() - RETRY_NANOS, begin))) {
        return "session " + take.session() + " had taken its ack by " + take.knownAt();
      }
    }
    Removed removed = removals.get(delivered.guid());
    if (removed != null
        && removed.span().to() < begin
        && !troubles.forgotDuring(new Span(removed.span().from(), now))) {
      return "it was deleted at " + removed.span().to();
    }
    return "";
  }
}
