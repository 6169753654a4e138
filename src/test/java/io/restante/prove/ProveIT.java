package io.restante.prove;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.faults.Stage;
import io.restante.prove.Event.Claim;
import io.restante.prove.Event.Count;
import io.restante.prove.Event.Form;
import io.restante.prove.Finding.Rule;
import io.restante.testing.Seeded;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The short form of the proof: real processes, races and faults, and the checker's verdict. */
class ProveIT {
  /** Among its faults is a Redis that is frozen for longer than a command waits. */
  private static final long SEED = 4825;

  private static final int SCENES = 2;
  private static final int TIMES_MAX = 5;

  @Test
  void nothingIsFoundInAnActThatIsAlwaysTheSameNorInOneThatIsNew() {
    try (Stage stage = Prove.open("standalone", Stage.HONEST)) {
      assertEquals(List.of(), Prove.play(SEED, 0, SCENES, stage, System.out::println));
      long seed = Seeded.random("ProveIT").nextLong();
      assertEquals(List.of(), Prove.play(seed, 1, SCENES, stage, System.out::println));
    }
  }

  @Test
  void noKeyComesASecondTimeWhicheverByteACrashFollows() {
    try (Stage stage = Prove.open("standalone", Stage.HONEST)) {
      List<Scene> scenes = List.of(Scene.of(stage.crashes()), Scene.of(stage.crashes()));
      long seed = Seeded.random("ProveIT, crashes").nextLong();
      assertEquals(List.of(), Prove.play(seed, 0, scenes, stage, System.out::println));
    }
  }

  @ParameterizedTest
  @EnumSource
  void everySaboteurIsFoundInTheActThatIsAlwaysTheSameByEveryFormThatItTouches(Saboteur saboteur) {
    Set<Rule> broken = EnumSet.noneOf(Rule.class);
    Set<Form> forms = EnumSet.noneOf(Form.class);
    try (Stage stage = Prove.open("standalone", saboteur.jvmOptions())) {
      // On a busy machine so many callers give up that what the saboteur burns may be theirs.
      for (int time = 0; time < TIMES_MAX && !isFound(saboteur, broken, forms); time++) {
        for (Finding finding : Prove.play(SEED, time, SCENES, stage, System.out::println)) {
          broken.add(finding.rule());
          if (finding.rule() == saboteur.broken()) {
            forms.add(form(finding.at()));
          }
        }
        System.out.println(saboteur + " breaks " + broken + " by " + forms);
      }
    }
    assertTrue(isFound(saboteur, broken, forms), saboteur + " breaks " + broken + " by " + forms);
  }

  /** By which form what a finding shows was claimed, or is. */
  private static Form form(Event at) {
    if (at instanceof Claim claim) {
      return claim.form();
    }
    boolean isNamed = at instanceof Count count && Shelf.NAMED.contains(count.pool().name());
    return isNamed ? Form.POOL : Form.KEYS;
  }

  private static boolean isFound(Saboteur saboteur, Set<Rule> broken, Set<Form> forms) {
    return broken.contains(saboteur.broken()) && forms.containsAll(saboteur.forms());
  }
}
