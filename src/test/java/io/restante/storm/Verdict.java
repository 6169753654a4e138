package io.restante.storm;

import io.restante.storm.Event.Delivered;
import io.restante.storm.Event.OfDevice;
import io.restante.storm.Event.Opened;
import io.restante.storm.Event.Polled;
import io.restante.storm.Event.Sent;
import io.restante.storm.Event.Trouble;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What an act came to.
 *
 * @param summary its figures, a line
 */
record Verdict(List<Finding> findings, String summary) {
  /** Of a record, whose events are in the order in which they began. */
  static Verdict of(List<Event> events) {
    return new Verdict(RecordChecker.check(events), summary(events));
  }

  private static String summary(List<Event> events) {
    int sends = 0;
    int answered = 0;
    int unknown = 0;
    int opened = 0;
    int polls = 0;
    int faults = 0;
    int redeliveries = 0;
    int afterAck = 0;
    Set<String> envelopes = new HashSet<>();
    Map<Device, List<OfDevice>> ofDevice = new HashMap<>();
    for (Event event : events) {
      if (event instanceof OfDevice own) {
        ofDevice.computeIfAbsent(own.device(), first -> new ArrayList<>()).add(own);
      }
      if (event instanceof Sent sent) {
        sends++;
        answered += sent.status() == 200 ? 1 : 0;
        unknown += sent.status() <= 0 || sent.status() == 503 ? 1 : 0;
      } else if (event instanceof Delivered delivered) {
        envelopes.add(delivered.guid());
      } else if (event instanceof Opened) {
        opened++;
      } else if (event instanceof Polled) {
        polls++;
      } else if (event instanceof Trouble) {
        faults++;
      }
    }
    Troubles troubles = new Troubles(events);
    for (List<OfDevice> own : ofDevice.values()) {
      AgainRule.Outcome outcome = AgainRule.check(own, troubles);
      redeliveries += outcome.redeliveries();
      afterAck += outcome.afterAck();
    }
    return String.format(
        Locale.ROOT,
        "%d devices, %d sends, %d answered 200, %d without an answer; %d envelopes came, %d times"
            + " again, of which %d after their ack was heard; %d sessions, %d polls; %d faults",
        ofDevice.size(),
        sends,
        answered,
        unknown,
        envelopes.size(),
        redeliveries,
        afterAck,
        opened,
        polls,
        faults);
  }
}
