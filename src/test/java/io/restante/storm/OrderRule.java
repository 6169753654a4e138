package io.restante.storm;

import io.restante.storm.Event.Part;
import io.restante.storm.Finding.Rule;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * ORDER: of two envelopes from one sender to one device, of which one was answered 200 before the
 * other was sent, that one comes first.
 */
final class OrderRule {
  /** Something answered 200, and its place among the first deliveries of its device. */
  private record Arrival(Dispatch dispatch, int place) {}

  private OrderRule() {}

  /**
   * What breaks the rule.
   *
   * @param firsts digest to its place among the first deliveries of its device
   */
  static List<Finding> check(List<Dispatch> dispatches, Map<String, Integer> firsts) {
    Map<List<Device>, List<Arrival>> ways = new LinkedHashMap<>();
    for (Dispatch dispatch : dispatches) {
      for (Part part : dispatch.parts()) {
        Integer place = firsts.get(part.digest());
        if (dispatch.isAnswered() && place != null) {
          ways.computeIfAbsent(
                  List.of(dispatch.first().device(), part.to()), first -> new ArrayList<>())
              .add(new Arrival(dispatch, place));
        }
      }
    }
    List<Finding> findings = new ArrayList<>();
    ways.values().forEach(arrivals -> check(arrivals, findings));
    return findings;
  }

  private static void check(List<Arrival> arrivals, List<Finding> findings) {
    List<Arrival> answered = new ArrayList<>(arrivals);
    answered.sort(Comparator.comparingLong(arrival -> arrival.dispatch().span().to()));
    List<Arrival> begun = new ArrayList<>(arrivals);
    begun.sort(Comparator.comparingLong(arrival -> arrival.dispatch().span().from()));
    int next = 0;
    Arrival latest = null;
    for (Arrival later : begun) {
      while (answered.get(next).dispatch().span().to() < later.dispatch().span().from()) {
        Arrival earlier = answered.get(next++);
        latest = latest == null || earlier.place() > latest.place() ? earlier : latest;
      }
      if (latest != null && latest.place() > later.place()) {
        findings.add(
            new Finding(
                Rule.ORDER,
                "it came before what was answered in " + latest.dispatch().span(),
                later.dispatch().first()));
      }
    }
  }
}
