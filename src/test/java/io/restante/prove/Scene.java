package io.restante.prove;

import io.restante.faults.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * What is played between two rests.
 *
 * @param withOwners whether pools are filled meanwhile; otherwise they are full when it begins, so
 *     that every key that is gone shows
 * @param pauseMsMax between two claims of a caller
 * @param faults that strike, one after the other; where there is none it ends after enough claims
 */
record Scene(boolean withOwners, int pauseMsMax, List<Fault> faults) {
  private static final int FAULTS = 3;
  private static final int PAUSE_MS_MAX = 25;

  /** Everybody at once, and nothing goes wrong. */
  static Scene race() {
    return new Scene(true, 1, List.of());
  }

  /**
   * Random ones of these faults, after a race: in turn one with nobody who fills pools, and several
   * with everybody.
   */
  static List<Scene> withFaults(Random random, int count, List<Fault> possible) {
    List<Scene> scenes = new ArrayList<>();
    scenes.add(race());
    for (int i = 0; i < count; i++) {
      boolean withOwners = i % 2 == 1;
      List<Fault> faults = new ArrayList<>();
      for (int j = 0; j < (withOwners ? FAULTS : 1); j++) {
        faults.add(possible.get(random.nextInt(possible.size())));
      }
      scenes.add(new Scene(withOwners, PAUSE_MS_MAX, faults));
    }
    return scenes;
  }

  /** Each of these faults once, while pools that were full are claimed from. */
  static Scene of(List<Fault> faults) {
    return new Scene(false, PAUSE_MS_MAX, faults);
  }
}
