package io.restante.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Compares the gateway with its floors under the same load, in turns within one run. */
@Command(name = "bench", mixinStandardHelpOptions = true, sortOptions = false)
final class Bench implements Callable<Integer> {
  @Mixin private BenchPlan plan = new BenchPlan();

  /** Options: see {@link BenchPlan}. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new Bench()).execute(args));
  }

  @Override
  public Integer call() {
    Report report = run(plan);
    System.out.println(report.text());
    if (!plan.page.isEmpty()) {
      Section.BENCH.write(Path.of(plan.page), report.text());
    }
    return 0;
  }

  /** Measures all that the plan asks for. */
  static Report run(BenchPlan plan) {
    try (Stage stage = new Stage(plan)) {
      int bodyBytes = startAll(stage, plan);
      for (int left = plan.warmup; left > 0; left -= plan.claims) {
        int count = Math.min(left, plan.claims);
        stage.sides().forEach(side -> stage.closed(side, count));
      }
      Map<String, List<Reading>> closed = new LinkedHashMap<>();
      Map<String, List<Reading>> open = new LinkedHashMap<>();
      for (int round = 0; round < plan.rounds; round++) {
        for (Side side : stage.sides()) {
          add(closed, side, stage.closed(side, plan.claims));
        }
        for (Side side : stage.sides()) {
          add(open, side, stage.open(side, plan.claims));
        }
      }
      return new Report(Machine.line(), plan, bodyBytes, closed, open);
    }
  }

  /** Starts the gateway, and the floors with bodies of the size of its own, which is returned. */
  private static int startAll(Stage stage, BenchPlan plan) {
    Side gateway = stage.startGateway();
    int bodyBytes = stage.closed(gateway, plan.callers).bodyBytesEach();
    plan.floors.forEach(client -> stage.startFloor(client, bodyBytes));
    return bodyBytes;
  }

  private static void add(Map<String, List<Reading>> readings, Side side, Reading reading) {
    readings.computeIfAbsent(side.name(), name -> new ArrayList<>()).add(reading);
  }
}
