package io.restante.bench.idle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** The bench runs: sockets stay open, keepalives are answered, and all come back after a kill. */
// Steps of a load have no limit of their own: where one hangs, this tells which.
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
class IdleIT {
  private static IdlePlan plan() {
    IdlePlan plan = new IdlePlan();
    plan.sizes = List.of(40);
    plan.gateways = 1;
    plan.warmup = 0;
    plan.keepaliveSeconds = 1;
    plan.windowSeconds = 1;
    plan.settleSeconds = 0;
    plan.storm = 40;
    plan.jittersMs = List.of(200);
    plan.calmSeconds = 1;
    plan.heapMib = 128;
    return plan;
  }

  @Test
  void socketsAreHeldAndComeBackWhileOthersAreServed() {
    IdleReport report = IdleBench.run(plan());
    assertEquals(List.of(0, 40), report.readings().stream().map(IdleReading::sockets).toList());
    Crowd.Ended ended = report.ended().get(0);
    assertEquals(40, ended.open());
    // They have been there for a window at least, and a second is one period.
    assertTrue(ended.answered() >= 40, () -> ended.answered() + " keepalives");
    for (Storm storm : report.storms()) {
      assertTrue(storm.backMs() >= 0);
      assertServed(storm.sendsBefore(), storm.sendsDuring());
      assertServed(storm.fetchesBefore(), storm.fetchesDuring());
    }
    assertTrue(report.text().contains("Of 40 sockets 40 were open in the end"), report::text);
  }

  private static void assertServed(Trickle.Part before, Trickle.Part during) {
    assertTrue(before.requests() >= 40, () -> before.requests() + " before");
    assertTrue(during.requests() >= 1, () -> during.requests() + " during");
    assertEquals(0, before.refused(), "before");
    assertEquals(0, during.refused(), "during");
  }
}
