package io.restante.storm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What a gateway's log tells. */
class WeatherTest {
  private static final List<String> LOG =
      List.of(
          "2026-11-28T13:40:57.120Z WARN  [main] HeldConnection redis lost: connection closed",
          "2026-11-28T13:40:58.120Z WARN  [checker] BlockedThreadChecker blocked for 5527 ms",
          "io.vertx.core.VertxException: Thread blocked",
          "\tat app//io.restante.edge.MessageRoutes.<clinit>(MessageRoutes.java:29)",
          "\tat app//io.restante.Parts$$Lambda$517/0x00007f802124a870.apply(Unknown Source)",
          "2026-11-28T13:40:59.120Z WARN  [main] Gateway closed",
          "java.lang.IllegalStateException: twice",
          "\tat app//io.restante.Gateway.close(Gateway.java:30)");

  @Test
  void eachStackTraceIsToldOnceWithTheLineBeforeIt() {
    List<String> traces = Weather.traces(LOG, 0);
    assertEquals(2, traces.size(), traces::toString);
    assertEquals(String.join(" | ", LOG.subList(2, 5)), traces.get(0));
    assertEquals(String.join(" | ", LOG.subList(6, 8)), traces.get(1));
    assertEquals(traces.subList(1, 2), Weather.traces(LOG, 5));
  }

  @Test
  void aThreadThatDidNotGoOnIsTellable() {
    assertEquals(
        List.of(true, false),
        Weather.traces(LOG, 0).stream().map(Weather::isOfBlockedThread).toList());
  }
}
