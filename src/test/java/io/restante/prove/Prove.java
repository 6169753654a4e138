package io.restante.prove;

import io.restante.faults.Ground;
import io.restante.faults.Harness;
import io.restante.faults.Stage;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;

/** {@code make prove}: plays act after act until the time is up, and says whether all is right. */
public final class Prove {
  private static final int GATEWAYS = 2;
  private static final int SCENES = 4;
  private static final Path LOGS = Path.of("target", "prove");

  private Prove() {}

  /** See {@link Harness#main}. */
  public static void main(String[] args) {
    Harness.main("prove", args, Prove::run);
  }

  private static int run(Harness harness) {
    try (Stage stage = open(harness.mode(), Stage.HONEST)) {
      return harness.play(
          (number, seed) -> play(seed, number, SCENES, stage, System.out::println).size());
    }
  }

  /** Starts gateways with these options of their JVMs, on a Redis of their own in this mode. */
  static Stage open(String mode, List<String> jvmOptions) {
    return new Stage(
        Ground.open(mode, GATEWAYS),
        GATEWAYS,
        jvmOptions,
        LOGS,
        Map.of(
            "account.credential-cache-ms",
            "2000",
            // Whoever changes gateways at each request seems to have several sockets.
            "mailbox.displacements-max",
            "1000",
            // What is skipped where a loss is feared would hide a key that was handed out twice.
            "redis.loss-skip",
            "0"));
  }

  /** Plays an act with so many scenes of random faults, tells what was found and returns that. */
  static List<Finding> play(long seed, int number, int scenes, Stage stage, Consumer<String> out) {
    return play(
        seed, number, Scene.withFaults(new Random(seed), scenes, stage.faults()), stage, out);
  }

  /** Plays an act of these scenes, tells what was found in it and returns that. */
  static List<Finding> play(
      long seed, int number, List<Scene> scenes, Stage stage, Consumer<String> out) {
    out.accept("act " + number + ", seed " + seed);
    try (Act act = new Act(seed, number, stage, out)) {
      Verdict verdict = act.play(scenes);
      out.accept(verdict.summary());
      Path record = LOGS.resolve("act-" + number + "-" + seed + ".txt");
      Harness.tell(verdict.findings(), act.history(), record, out);
      return verdict.findings();
    }
  }
}
