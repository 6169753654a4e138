package io.restante.storm;

import io.restante.faults.Fault;
import io.restante.faults.Options;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** {@code make storm}: plays act after act until the time is up, and says whether all is right. */
public final class Storm {
  private static final int GATEWAYS = 3;
  private static final int ACCOUNTS = 100;
  private static final int FAULTS = 10;
  private static final int CALM_MS = 3_000;
  private static final int PAUSE_MS_MAX = 1_500;
  private static final int FINDINGS_TOLD = 10;

  private Storm() {}

  /** Exits with 0 where nothing was found, 1 where something was, 2 for other arguments. */
  public static void main(String[] args) {
    Optional<Options> options = Options.of(args);
    if (options.isEmpty()) {
      System.err.println("storm " + Options.USAGE);
      System.exit(2);
    }
    System.exit(options.map(Storm::run).orElse(false) ? 0 : 1);
  }

  private static boolean run(Options options) {
    Consumer<String> out = System.out::println;
    out.accept("seed " + options.seed() + ", mode " + options.mode());
    Random random = new Random(options.seed());
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(options.seconds());
    int findings = 0;
    try (Weather weather = new Weather(options.mode(), GATEWAYS, List.of("-cp", jar()))) {
      Cast cast = Cast.register(random, ACCOUNTS, weather.port());
      for (int number = 0; number == 0 || System.nanoTime() < deadline; number++) {
        long seed = random.nextLong();
        Act act = new Act(seed, weather, cast, out);
        out.accept("act " + number + ", seed " + seed);
        List<Fault> faults = faults(new Random(seed), FAULTS, weather);
        findings += tell(act, seed, act.play(faults, CALM_MS, PAUSE_MS_MAX, true), out).size();
      }
    }
    out.accept(findings == 0 ? "HOLDS: no finding" : "BROKEN: " + findings + " findings");
    return findings == 0;
  }

  /** The program that is put to the proof. */
  static String jar() {
    return System.getProperty("restante.jar", "");
  }

  /** So many random faults. */
  static List<Fault> faults(Random random, int count, Weather weather) {
    List<Fault> possible = weather.faults();
    List<Fault> faults = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      faults.add(possible.get(random.nextInt(possible.size())));
    }
    return faults;
  }

  /** Tells what an act came to, keeps its record where there are findings, and returns these. */
  static List<Finding> tell(Act act, long seed, Verdict verdict, Consumer<String> out) {
    out.accept(verdict.summary());
    if (!verdict.findings().isEmpty()) {
      Path record = Weather.FOLDER.resolve("act-" + seed + ".txt");
      act.journal().history().write(record);
      out.accept(verdict.findings().size() + " findings, the record is in " + record);
      verdict.findings().stream().limit(FINDINGS_TOLD).map(Finding::toString).forEach(out);
    }
    return verdict.findings();
  }
}
