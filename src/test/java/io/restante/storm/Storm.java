package io.restante.storm;

import io.restante.faults.Fault;
import io.restante.faults.Harness;
import io.restante.faults.Stage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/** {@code make storm}: plays act after act until the time is up, and says whether all is right. */
public final class Storm {
  private static final int GATEWAYS = 3;
  private static final int ACCOUNTS = 100;
  private static final int FAULTS = 10;
  private static final int CALM_MS = 3_000;
  private static final int PAUSE_MS_MAX = 1_500;

  private Storm() {}

  /** See {@link Harness#main}. */
  public static void main(String[] args) {
    Harness.main("storm", args, Storm::run);
  }

  private static int run(Harness harness) {
    Consumer<String> out = System.out::println;
    try (Weather weather = new Weather(harness.mode(), GATEWAYS, Stage.HONEST)) {
      Cast cast = Cast.register(harness.random(), ACCOUNTS, weather, out);
      return harness.play(
          (number, seed) -> {
            Act act = new Act(seed, weather, cast, out);
            out.accept("act " + number + ", seed " + seed);
            List<Fault> faults = faults(new Random(seed), FAULTS, weather);
            return tell(act, seed, act.play(faults, CALM_MS, PAUSE_MS_MAX, true, true), out).size();
          });
    }
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
    Path record = Weather.FOLDER.resolve("act-" + seed + ".txt");
    Harness.tell(verdict.findings(), act.journal().history(), record, out);
    return verdict.findings();
  }
}
