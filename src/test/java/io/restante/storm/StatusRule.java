package io.restante.storm;

import io.restante.faults.Span;
import io.restante.storm.Event.Attends;
import io.restante.storm.Event.Cause;
import io.restante.storm.Event.Closed;
import io.restante.storm.Event.Delivered;
import io.restante.storm.Event.OfDevice;
import io.restante.storm.Event.Opened;
import io.restante.storm.Event.Other;
import io.restante.storm.Event.Polled;
import io.restante.storm.Event.Removed;
import io.restante.storm.Event.Sent;
import io.restante.storm.Finding.Rule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * STATUS: no request is refused or lost without a reason that the record names: a fault, a send for
 * other devices, sockets of one device opened too often. CLOSE: no session ends without one.
 */
final class StatusRule {
  /** A gateway that should close a session did not. */
  static final int UNTOLD = 0;

  /** What a request for a socket is called. */
  static final String UPGRADE = "upgrade";

  private static final Set<Integer> UNAVAILABLE = Set.of(503, Event.LOST);

  /** More sessions of one device than this in so long a time: the next one is refused with 429. */
  private static final int DISPLACEMENTS_MAX = 3;

  private static final long DISPLACEMENTS_NANOS = TimeUnit.SECONDS.toNanos(15);

  /** For how long before it closes a session with 4408 something may have gone wrong. */
  private static final long NOT_ACKED_NANOS = TimeUnit.SECONDS.toNanos(6);

  private final Troubles troubles;
  private final List<OfDevice> own;
  private final Set<Integer> attended = new HashSet<>();

  /** When a session began to be attended in which something had come before. */
  private final Map<Integer, Long> attendedLate = new HashMap<>();

  private final List<Finding> findings = new ArrayList<>();

  private StatusRule(List<OfDevice> own, Troubles troubles) {
    this.own = own;
    this.troubles = troubles;
    Set<Integer> begun = new HashSet<>();
    for (OfDevice event : own) {
      if (event instanceof Delivered delivered) {
        begun.add(delivered.session());
      } else if (event instanceof Attends attends) {
        attended.add(attends.session());
        if (begun.contains(attends.session())) {
          attendedLate.put(attends.session(), attends.span().to());
        }
      }
    }
  }

  /** What breaks the rules. */
  static List<Finding> check(Map<Device, List<OfDevice>> ofDevice, Troubles troubles) {
    List<Finding> findings = new ArrayList<>();
    for (List<OfDevice> own : ofDevice.values()) {
      StatusRule rule = new StatusRule(own, troubles);
      own.forEach(rule::look);
      findings.addAll(rule.findings);
    }
    return findings;
  }

  private void look(OfDevice event) {
    if (event instanceof Sent sent) {
      status(sent.status(), sent.fits() ? 200 : 409, event);
    } else if (event instanceof Polled polled) {
      status(polled.status(), 200, event);
    } else if (event instanceof Removed removed) {
      status(removed.status(), 204, event);
    } else if (event instanceof Other other) {
      if (other.status() != 429 || opened(other.span()) < DISPLACEMENTS_MAX) {
        status(other.status(), other.expected(), event);
      }
    } else if (event instanceof Closed closed && !isRight(closed)) {
      findings.add(new Finding(Rule.CLOSE, closed.code() + " without a reason", closed));
    }
  }

  private void status(int status, int expected, OfDevice event) {
    boolean right =
        status == expected
            || status == Event.HUNG_UP
            // That is for CLOSE to judge.
            || status == Event.SESSION_ENDED
            || (UNAVAILABLE.contains(status) && troubles.during(event.span()));
    if (!right) {
      findings.add(new Finding(Rule.STATUS, status + " without a reason", event));
    }
  }

  /** How often a socket was opened shortly before, or may have been for all its device knows. */
  private long opened(Span span) {
    return own.stream()
        .filter(event -> mayHaveOpened(event) && event.span().from() <= span.to())
        .filter(event -> event.span().to() >= span.from() - DISPLACEMENTS_NANOS)
        .count();
  }

  private static boolean mayHaveOpened(OfDevice event) {
    return event instanceof Opened
        || (event instanceof Other other
            && other.status() == Event.LOST
            && other.what().equals(UPGRADE));
  }

  private boolean isRight(Closed closed) {
    if (closed.cause() == Cause.DEVICE) {
      return true;
    }
    return switch (closed.code()) {
      case 1007 -> closed.cause() == Cause.GARBAGE;
      case UNTOLD, 1006, 1012, 1013 -> troubles.during(closed.span());
      case 4408 ->
          !attended.contains(closed.session())
              || isOfBefore(closed)
              || troubles.during(
                  new Span(closed.span().from() - NOT_ACKED_NANOS, closed.span().to()));
      case 4409 -> hasSuccessor(closed.session());
      default -> false;
    };
  }

  /** Whether it may be for what was not acked before the session was attended. */
  private boolean isOfBefore(Closed closed) {
    Long late = attendedLate.get(closed.session());
    return late != null && closed.span().from() - late <= NOT_ACKED_NANOS;
  }

  /** Whether the device, or somebody whose upgrade was lost, opened another socket later. */
  private boolean hasSuccessor(int session) {
    boolean found = false;
    for (OfDevice event : own) {
      if (event instanceof Opened opened) {
        found = opened.session() > session || found;
      } else if (event instanceof Other other) {
        found = other.status() == Event.LOST || found;
      }
    }
    return found;
  }
}
