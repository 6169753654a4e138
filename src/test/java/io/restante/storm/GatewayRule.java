package io.restante.storm;

import io.restante.storm.Event.Exited;
import io.restante.storm.Event.Measured;
import io.restante.storm.Event.Traced;
import io.restante.storm.Event.Unready;
import io.restante.storm.Finding.Rule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * GATEWAY: each is ready in the end, ends with 0 when it is told to, logs no stack trace, and holds
 * no more than before once nobody is connected.
 */
final class GatewayRule {
  /**
   * More open files than before, connections to Redis that come and go among them, nine of which
   * are for a primary that has joined.
   */
  static final int FILES_MORE_MAX = 21;

  /** More live bytes than before, for classes, code and caches that a fresh one does not have. */
  static final long BYTES_MORE_MAX = 12L * 1024 * 1024;

  private GatewayRule() {}

  /** What breaks the rule. */
  static List<Finding> check(List<Event> events) {
    List<Finding> findings = new ArrayList<>();
    Map<Integer, Measured> before = new HashMap<>();
    for (Event event : events) {
      String broken = "";
      if (event instanceof Exited exited && exited.code() != 0) {
        broken = "it ended with " + exited.code();
      } else if (event instanceof Unready) {
        broken = "it does not get ready";
      } else if (event instanceof Traced) {
        broken = "a stack trace in its log";
      } else if (event instanceof Measured measured) {
        Measured first = before.putIfAbsent(measured.gateway(), measured);
        broken = first == null || !measured.last() ? "" : leak(first, measured);
      }
      if (!broken.isEmpty()) {
        findings.add(new Finding(Rule.GATEWAY, broken, event));
      }
    }
    return findings;
  }

  private static String leak(Measured first, Measured last) {
    if (last.files() > first.files() + FILES_MORE_MAX) {
      return first.files() + " open files before, and now " + last.files();
    }
    return last.bytes() > first.bytes() + BYTES_MORE_MAX
        ? first.bytes() + " live bytes before, and now " + last.bytes()
        : "";
  }
}
