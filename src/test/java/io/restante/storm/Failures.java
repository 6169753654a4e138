package io.restante.storm;

import io.restante.storm.Event.Acked;
import io.restante.storm.Event.Closed;
import io.restante.storm.Event.Delivered;
import io.restante.storm.Event.OfDevice;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which sessions of a device failed to deliver an envelope: the gateway gave each two attempts, and
 * ended it. A device that went just then did not get to know the end.
 */
final class Failures {
  private static final int NOT_ACKNOWLEDGED = 4408;
  private static final int ATTEMPTS = 2;

  private Failures() {}

  /** How many they may be. */
  static int most(List<OfDevice> own) {
    Set<Integer> failed = new HashSet<>();
    Map<List<Object>, Integer> attempts = new HashMap<>();
    for (OfDevice event : own) {
      if (event instanceof Delivered delivered) {
        attempts.merge(List.of(delivered.session(), delivered.guid()), 1, Integer::sum);
      } else if (event instanceof Acked acked) {
        attempts.remove(List.of(acked.session(), acked.guid()));
      } else if (event instanceof Closed closed && closed.code() == NOT_ACKNOWLEDGED) {
        failed.add(closed.session());
      }
    }
    attempts.forEach(
        (envelope, count) -> {
          if (count >= ATTEMPTS) {
            failed.add((Integer) envelope.get(0));
          }
        });
    return failed.size();
  }
}
