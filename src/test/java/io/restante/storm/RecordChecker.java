package io.restante.storm;

import io.restante.faults.Span;
import io.restante.storm.Event.Delivered;
import io.restante.storm.Event.Drained;
import io.restante.storm.Event.OfDevice;
import io.restante.storm.Event.Part;
import io.restante.storm.Finding.Rule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Holds a record against the promise. Pure: the same events give the same findings. What became of
 * a request without an answer is not known: all that is possible is allowed.
 */
final class RecordChecker {
  /** After so many sessions that failed to deliver it, an envelope is left to polls. */
  static final int FAILED_SESSIONS_MAX = 5;

  private final List<Dispatch> dispatches;
  private final Map<String, Dispatch> byDigest = new HashMap<>();
  private final Map<String, Part> parts = new HashMap<>();
  private final Map<Device, List<OfDevice>> ofDevice = new LinkedHashMap<>();
  private final Map<String, List<Delivered>> deliveries = new HashMap<>();
  private final Troubles troubles;
  private final List<Finding> findings = new ArrayList<>();

  private RecordChecker(List<Event> events) {
    this.dispatches = Dispatch.of(events);
    this.troubles = new Troubles(events);
    for (Dispatch dispatch : dispatches) {
      for (Part part : dispatch.parts()) {
        byDigest.put(part.digest(), dispatch);
        parts.put(part.digest(), part);
      }
    }
    for (Event event : events) {
      if (event instanceof OfDevice own) {
        ofDevice.computeIfAbsent(own.device(), first -> new ArrayList<>()).add(own);
      }
      if (event instanceof Delivered delivered) {
        deliveries.computeIfAbsent(delivered.digest(), first -> new ArrayList<>()).add(delivered);
      }
    }
  }

  /** All findings in a record, whose events are in the order in which they began. */
  static List<Finding> check(List<Event> events) {
    RecordChecker checker = new RecordChecker(events);
    checker.whatIsDeliveredWasSent();
    checker.whatWasAnsweredIsDelivered();
    checker.mailboxesAreEmpty();
    checker.copiesAreKnown();
    checker.findings.addAll(OrderRule.check(checker.dispatches, checker.firsts()));
    long end = events.stream().mapToLong(event -> event.span().to()).max().orElse(0);
    for (List<OfDevice> own : checker.ofDevice.values()) {
      checker.findings.addAll(AgainRule.check(own, checker.troubles).findings());
    }
    checker.findings.addAll(
        LateRule.check(
            checker.dispatches,
            checker.withoutFailing(),
            checker.deliveries,
            checker.troubles,
            end));
    checker.findings.addAll(StatusRule.check(checker.ofDevice, checker.troubles));
    checker.findings.addAll(GatewayRule.check(events));
    return checker.findings;
  }

  private List<Delivered> deliveriesOf(String digest) {
    return deliveries.getOrDefault(digest, List.of());
  }

  private void find(Rule rule, String what, Event at) {
    findings.add(new Finding(rule, what, at));
  }

  /** ORIGIN: an envelope is one that was sent to this device, by whom it says, and not refused. */
  private void whatIsDeliveredWasSent() {
    deliveries.forEach(
        (digest, all) -> {
          Dispatch dispatch = byDigest.get(digest);
          Part part = parts.get(digest);
          for (Delivered delivered : all) {
            if (dispatch == null || part == null) {
              find(Rule.ORIGIN, "nobody sent this", delivered);
            } else if (!part.to().equals(delivered.device())) {
              find(Rule.ORIGIN, "it was for " + part.to(), delivered);
            } else if (!dispatch.source().equals(delivered.source())) {
              find(Rule.ORIGIN, "it is from " + dispatch.first().device(), delivered);
            } else if (dispatch.copiesMax() == 0) {
              find(Rule.ORIGIN, "it was refused", delivered);
            } else if (delivered.span().to() < dispatch.span().from()) {
              find(Rule.ORIGIN, "it was not sent yet", delivered);
            }
          }
        });
  }

  /**
   * LOST: what was answered 200 has come to every device. PARTIAL: what was not answered has come
   * to all of its devices or to none.
   */
  private void whatWasAnsweredIsDelivered() {
    for (Dispatch dispatch : dispatches) {
      List<Part> missing =
          dispatch.parts().stream().filter(part -> deliveriesOf(part.digest()).isEmpty()).toList();
      if (dispatch.isAnswered()) {
        missing.forEach(part -> find(Rule.LOST, "it never came to " + part.to(), dispatch.first()));
      } else if (!missing.isEmpty() && missing.size() < dispatch.parts().size()) {
        if (!troubles.forgotDuring(dispatch.span())) {
          find(Rule.PARTIAL, "it came to others but not to " + missing, dispatch.first());
        }
      }
    }
  }

  /** LOST: at rest every device gets to the end of its mailbox. */
  private void mailboxesAreEmpty() {
    for (List<OfDevice> own : ofDevice.values()) {
      for (OfDevice event : own) {
        if (event instanceof Drained drained && !drained.empty()) {
          find(Rule.LOST, "its mailbox does not get empty", drained);
        }
      }
    }
  }

  /**
   * COPIES: a guid is one envelope, however often it comes: the same content, time and source. No
   * more of them come than there were attempts, and one only with an idempotency key.
   */
  private void copiesAreKnown() {
    Map<String, Delivered> byGuid = new HashMap<>();
    deliveries.forEach(
        (digest, all) -> {
          Set<String> guids = new HashSet<>();
          for (Delivered delivered : all) {
            guids.add(delivered.guid());
            Delivered first =
                byGuid.putIfAbsent(delivered.device() + " " + delivered.guid(), delivered);
            if (first != null
                && (first.serverTimestampMs() != delivered.serverTimestampMs()
                    || !first.digest().equals(delivered.digest())
                    || !first.source().equals(delivered.source()))) {
              find(Rule.COPIES, "it was another one at " + first.span(), delivered);
            }
          }
          Dispatch dispatch = byDigest.get(digest);
          if (dispatch != null && guids.size() > Math.max(1, dispatch.copiesMax())) {
            Delivered last = all.get(all.size() - 1);
            Span since = new Span(dispatch.span().from(), last.span().to());
            if (!troubles.forgotDuring(since)) {
              find(Rule.COPIES, guids.size() + " envelopes of one", last);
            }
          }
        });
  }

  /** Where in the order of its device each digest came first; not of devices that failed often. */
  private Map<String, Integer> firsts() {
    Map<String, Integer> firsts = new HashMap<>();
    withoutFailing()
        .forEach(
            (device, own) -> {
              int place = 0;
              for (OfDevice event : own) {
                if (event instanceof Delivered delivered) {
                  firsts.putIfAbsent(delivered.digest(), place++);
                }
              }
            });
    return firsts;
  }

  /** Devices whose mailbox cannot have envelopes that are left to polls. */
  private Map<Device, List<OfDevice>> withoutFailing() {
    Map<Device, List<OfDevice>> sound = new LinkedHashMap<>(ofDevice);
    sound.values().removeIf(own -> Failures.most(own) >= FAILED_SESSIONS_MAX);
    return sound;
  }
}
