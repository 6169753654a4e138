package io.restante.prove;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** {@code make prove}: plays act after act until the time is up, and says whether all is right. */
public final class Prove {
  private static final int GATEWAYS = 2;
  private static final int SCENES = 4;
  private static final int FINDINGS_TOLD = 10;
  private static final String SEED = "--seed";
  private static final String SECONDS = "--seconds";
  private static final String MODE = "--mode";

  private Prove() {}

  /** Exits with 0 where nothing was found, 1 where something was, 2 for other arguments. */
  public static void main(String[] args) {
    Map<String, String> given = new HashMap<>();
    for (int i = 0; i + 1 < args.length; i += 2) {
      given.put(args[i], args[i + 1]);
    }
    if (args.length % 2 > 0 || !Set.of(SEED, SECONDS, MODE).containsAll(given.keySet())) {
      System.err.println("prove [--seed N] [--seconds S] [--mode standalone|sentinel|cluster]");
      System.exit(2);
    }
    long seed = given.containsKey(SEED) ? Long.parseLong(given.get(SEED)) : System.nanoTime();
    long seconds = Long.parseLong(given.getOrDefault(SECONDS, "60"));
    System.exit(run(seed, seconds, given.getOrDefault(MODE, "standalone")) ? 0 : 1);
  }

  private static boolean run(long seed, long seconds, String mode) {
    Consumer<String> out = System.out::println;
    out.accept("seed " + seed + ", mode " + mode);
    Random random = new Random(seed);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    int findings = 0;
    try (Stage stage = open(mode, List.of("-cp", jar()))) {
      for (int number = 0; number == 0 || System.nanoTime() < deadline; number++) {
        findings += play(random.nextLong(), number, SCENES, stage, out).size();
      }
    }
    out.accept(findings == 0 ? "HOLDS: no finding" : "BROKEN: " + findings + " findings");
    return findings == 0;
  }

  /** The program that is put to the proof. */
  static String jar() {
    return System.getProperty("restante.jar", "");
  }

  /** Starts gateways with these options of their JVMs, on a Redis of their own in this mode. */
  static Stage open(String mode, List<String> jvmOptions) {
    Ground ground =
        switch (mode) {
          case "standalone" -> new StandaloneGround(GATEWAYS);
          case "sentinel" -> new SentinelGround();
          case "cluster" -> new ClusterGround();
          default -> throw new IllegalArgumentException("mode: " + mode);
        };
    return new Stage(ground, GATEWAYS, jvmOptions);
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
      if (!verdict.findings().isEmpty()) {
        Path record = Path.of("target", "prove", "act-" + number + "-" + seed + ".txt");
        act.history().write(record);
        out.accept(verdict.findings().size() + " findings, the record is in " + record);
        verdict.findings().stream().limit(FINDINGS_TOLD).map(Finding::toString).forEach(out);
      }
      return verdict.findings();
    }
  }
}
