package io.restante.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.bench.FloorServer.Client;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** The bench runs: all servers answer, and what they answered is what Redis handed out. */
// Steps of a load have no limit of their own: where one hangs, this tells which.
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
class BenchIT {
  private static final int CLAIMS = 120;

  private static BenchPlan plan() {
    BenchPlan plan = new BenchPlan();
    plan.targets = 12;
    plan.callers = 3;
    plan.ecKeys = 30;
    plan.kemKeys = 30;
    plan.connections = 4;
    plan.claims = CLAIMS;
    plan.warmup = CLAIMS;
    plan.rounds = 1;
    plan.perSecond = 1_000;
    return plan;
  }

  @Test
  void everyServerTakesOneKeyOfEachPoolForEveryClaimInBothModels() {
    try (Stage stage = new Stage(plan())) {
      stage.startGateway();
      stage.startFloor(Client.HELD, 100);
      stage.startFloor(Client.STOCK, 100);
      for (Side side : stage.sides()) {
        stage.refill();
        long before = stage.waitingKeys();
        assertComplete(side.name(), stage.closed(side, CLAIMS));
        assertEquals(before - 2 * CLAIMS, stage.waitingKeys(), side.name());
        assertComplete(side.name(), stage.open(side, CLAIMS));
        assertEquals(before - 4 * CLAIMS, stage.waitingKeys(), side.name());
      }
    }
  }

  private static void assertComplete(String side, Reading reading) {
    assertEquals(0, reading.refused(), side);
    assertEquals(CLAIMS, reading.claims(), side);
    assertEquals(CLAIMS, reading.latencyNanos().getTotalCount(), side);
    assertTrue(
        reading.bodyBytes() >= CLAIMS * 100L, () -> side + ": " + reading.bodyBytes() + " bytes");
  }
}
