package io.restante.prove;

import io.restante.faults.Ground;
import io.restante.faults.Options;
import io.restante.faults.Stage;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** {@code make prove}: plays act after act until the time is up, and says whether all is right. */
public final class Prove {
  private static final int GATEWAYS = 2;
  private static final int SCENES = 4;
  private static final int FINDINGS_TOLD = 10;
  private static final Path LOGS = Path.of("target", "prove");

  private Prove() {}

  /** Exits with 0 where nothing was found, 1 where something was, 2 for other arguments. */
  public static void main(String[] args) {
    Optional<Options> options = Options.of(args);
    if (options.isEmpty()) {
      System.err.println("prove " + Options.USAGE);
      System.exit(2);
    }
    System.exit(options.map(Prove::run).orElse(false) ? 0 : 1);
  }

  private static boolean run(Options options) {
    Consumer<String> out = System.out::println;
    out.accept("seed " + options.seed() + ", mode " + options.mode());
    Random random = new Random(options.seed());
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(options.seconds());
    int findings = 0;
    try (Stage stage = open(options.mode(), List.of("-cp", jar()))) {
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
      if (!verdict.findings().isEmpty()) {
        Path record = LOGS.resolve("act-" + number + "-" + seed + ".txt");
        act.history().write(record);
        out.accept(verdict.findings().size() + " findings, the record is in " + record);
        verdict.findings().stream().limit(FINDINGS_TOLD).map(Finding::toString).forEach(out);
      }
      return verdict.findings();
    }
  }
}
