package io.restante.storm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.faults.ClusterGround;
import io.restante.faults.Fault;
import io.restante.faults.Stage;
import io.restante.storm.Finding.Rule;
import io.restante.testing.Seeded;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The short form of the storm: real processes, faults, and the checker's verdict. Two of the four
 * saboteurs, for want of time; {@link Sabotage} plays all.
 */
class StormIT {
  private static final int GATEWAYS = 2;
  private static final int ACCOUNTS = 16;
  private static final int FAULTS = 5;
  private static final int CALM_MS = 1_500;
  private static final int PAUSE_MS_MAX = 400;

  private static final Consumer<String> OUT = System.out::println;

  @Test
  void nothingIsFoundInAnActThatIsNew() {
    long seed = Seeded.random("StormIT").nextLong();
    Random random = new Random(seed);
    try (Weather weather = new Weather("standalone", GATEWAYS, Stage.HONEST)) {
      Cast cast = Cast.register(random, ACCOUNTS, weather, OUT);
      List<Fault> faults = Storm.faults(random, FAULTS, weather);
      Act act = new Act(seed, weather, cast, OUT);
      Verdict verdict = act.play(faults, CALM_MS, PAUSE_MS_MAX, true, true);
      assertEquals(List.of(), Storm.tell(act, seed, verdict, OUT));
    }
  }

  @Test
  void nothingIsFoundWhileANodeJoinsAClusterAndLeavesIt() {
    long seed = Seeded.random("StormIT, cluster").nextLong();
    ClusterGround ground = new ClusterGround();
    try (Weather weather = new Weather(ground, GATEWAYS, Stage.HONEST)) {
      Cast cast = Cast.register(new Random(seed), ACCOUNTS, weather, OUT);
      Act act = new Act(seed, weather, cast, OUT);
      List<Fault> faults = List.of(ground::resized, ground::resized);
      Verdict verdict = act.play(faults, CALM_MS, PAUSE_MS_MAX, false, true);
      assertEquals(List.of(), Storm.tell(act, seed, verdict, OUT));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"ACK_BEFORE_DELIVERY", "DEAF_AFTER_LOSS"})
  void aSaboteurIsFound(Saboteur saboteur) {
    long seed = Seeded.random("StormIT, " + saboteur).nextLong();
    Set<Rule> broken = Sabotage.play(saboteur, seed, OUT);
    assertTrue(broken.contains(saboteur.broken()), saboteur + " breaks " + broken);
  }
}
