package io.restante.bench;

import io.restante.bench.FloorServer.Client;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Whether a claim costs more where there is more: accounts, keys in a pool, fingerprints in a
 * ledger. The floor is measured beside the gateway at each size, as the machine is not equally fast
 * all the time.
 */
@Command(name = "growth", mixinStandardHelpOptions = true, sortOptions = false)
final class Growth implements Callable<Integer> {
  private static final int KEYS = 100;

  @Option(names = "--devices", split = ",", description = "Devices loaded, ascending.")
  private List<Integer> devices = List.of(10_000, 100_000, 1_000_000);

  @Option(names = "--depths", split = ",", description = "One-time keys in a pool.")
  private List<Integer> depths = List.of(10, 40, 100);

  @Option(names = "--ledgers", split = ",", description = "Uploads of 100 keys, ascending.")
  private List<Integer> uploads = List.of(1, 10, 41);

  @Option(names = "--claims", description = "Claims of one server in one round.")
  private int claims = 20_000;

  @Option(names = "--warmup", description = "Claims of one server before the first round.")
  private int warmup = 200_000;

  @Option(names = "--rounds", description = "Rounds at each size.")
  private int rounds = 5;

  @Option(names = "--doc", description = "Page whose generated part is written anew.")
  private String page = "";

  private final StringBuilder table = new StringBuilder();

  /** Options: see the fields. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new Growth()).execute(args));
  }

  @Override
  public Integer call() {
    table
        .append(Machine.line())
        .append("\n\n| | CPU per claim | floor's | ratio | Redis' CPU | floor's | p50 |\n")
        .append("|---|---|---|---|---|---|---|\n");
    byDevices();
    byDepth();
    byLedger();
    System.out.println(table);
    if (!page.isEmpty()) {
      Section.GROWTH.write(Path.of(page), table.toString());
    }
    return 0;
  }

  /** The same traffic among more and more devices; then such as reaches each of them in turn. */
  private void byDevices() {
    int few = devices.get(0);
    try (Stage stage = stage(few, 2, 0)) {
      for (int count : devices) {
        stage.growTo(count);
        stage.claimFrom(few);
        warm(stage, 2 * few);
        measure("claims from %,d of %,d devices".formatted(few, count), stage);
        if (count > few) {
          stage.claimFrom(count);
          measure("the first claims from each of %,d devices".formatted(count), stage);
        }
      }
    }
  }

  private void byDepth() {
    int targets = Math.max(1, claims / depths.get(0));
    for (int depth : depths) {
      try (Stage stage = stage(targets, depth, depth)) {
        measure("%d keys in each of %,d pools".formatted(depth, 2 * targets), stage);
      }
    }
  }

  private void byLedger() {
    try (Stage stage = stage(Math.max(1, claims * rounds / KEYS), KEYS, KEYS)) {
      int done = 1;
      for (int count : uploads) {
        for (; done < count; done++) {
          stage.refill();
        }
        measure("%,d fingerprints in each ledger".formatted(Math.min(4_096, count * KEYS)), stage);
      }
    }
  }

  /** A stage with the gateway and the floor on it, both warm. */
  private Stage stage(int targets, int ecKeys, int kemKeys) {
    BenchPlan plan = new BenchPlan();
    plan.targets = targets;
    plan.ecKeys = ecKeys;
    plan.kemKeys = kemKeys;
    Stage stage = new Stage(plan);
    stage.startGateway();
    Reading first = stage.closed(stage.sides().get(0), plan.callers);
    stage.startFloor(Client.HELD, first.bodyBytesEach());
    warm(stage, warmup);
    return stage;
  }

  private void warm(Stage stage, int atLeast) {
    for (int left = atLeast; left > 0; left -= claims) {
      stage.sides().forEach(side -> stage.closed(side, claims));
    }
  }

  private void measure(String size, Stage stage) {
    List<Reading> gateway = new ArrayList<>();
    List<Reading> floor = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      gateway.add(stage.closed(stage.sides().get(0), claims));
      floor.add(stage.closed(stage.sides().get(1), claims));
    }
    Reading ours = Reading.sum(gateway);
    Reading least = Reading.sum(floor);
    table.append(
        String.format(
            Locale.ROOT,
            "| %s | %.1f µs | %.1f µs | %.2f | %.1f µs | %.1f µs | %.1f ms |\n",
            size,
            ours.serverCpuMicros(),
            least.serverCpuMicros(),
            ours.serverCpuMicros() / least.serverCpuMicros(),
            ours.redisCpuMicros(),
            least.redisCpuMicros(),
            ours.latencyMillis(50)));
  }
}
