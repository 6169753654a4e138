package io.restante.prekey;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.prekey.DrainSimulation.Attack;
import io.restante.prekey.DrainSimulation.Outcome;
import io.restante.testing.RedisServerExtension;
import io.restante.testing.Seeded;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The short form of the simulation: what limits change about draining a device. */
class DrainSimulationIT {
  private static final int HOURS = 3;

  /** 90 of the 100 keys; the others are the reserve. */
  private static final int MAIN_KEYS = 90;

  @RegisterExtension static final RedisServerExtension redis = new RedisServerExtension();

  private final PoolBed bed = new PoolBed(redis, PoolBed.WITH_RESERVE);
  private final DrainSimulation simulation =
      new DrainSimulation(bed, Seeded.random("DrainSimulationIT"), HOURS);

  @AfterEach
  void close() {
    bed.close();
  }

  @Test
  void withoutLimitsAnyoneDrainsADeviceInSeconds() {
    for (Attack attack : Attack.values()) {
      Outcome outcome = simulation.run(attack, false);
      assertTrue(outcome.drainedMs() >= 0 && outcome.drainedMs() < 20_000, outcome.toString());
    }
  }

  @Test
  void oneAccountTakesManyHoursAndEveryHonestSenderGetsAKeyMeanwhile() {
    Outcome outcome = simulation.run(Attack.ONE_ACCOUNT, true);
    assertEquals(-1, outcome.drainedMs());
    assertEquals(10 + 6 * HOURS, outcome.attackerKeys(), 1);
    assertEquals(outcome.honest(), outcome.honestKeys());
  }

  @Test
  void manyAttackersGetNoMoreThanTheDevicesBudgetAndNothingOfTheReserve() {
    for (Attack attack : new Attack[] {Attack.BOTNET, Attack.ADDRESSES}) {
      Outcome outcome = simulation.run(attack, true);
      assertTrue(outcome.drainedMs() > 3_600_000, outcome.toString());
      assertTrue(outcome.attackerKeys() <= MAIN_KEYS, outcome.toString());
      assertTrue(outcome.honestKeys() >= Math.min(10, outcome.honest()), outcome.toString());
    }
  }
}
