package io.restante.bench;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a run found, as Markdown. */
record Report(
    String machine,
    BenchPlan plan,
    int bodyBytes,
    Map<String, List<Reading>> closed,
    Map<String, List<Reading>> open) {

  /** All of it. */
  String text() {
    return method() + "\n" + closedTable() + "\n" + openTable();
  }

  private String method() {
    return format(
        """
        %s

        %d devices with %d one-time keys in each pool, %d callers, bodies of %d bytes, durability
        %s. Each server was warmed up with %d claims, then measured in %d rounds, in turns, with
        %d claims in each model; pools are refilled between. CPU is that of the whole process,
        collector and compiler included.
        """,
        machine,
        plan.targets,
        plan.ecKeys,
        plan.callers,
        bodyBytes,
        plan.durability,
        plan.warmup,
        plan.rounds,
        plan.claims);
  }

  private String closedTable() {
    return table("Closed model, %d connections".formatted(plan.connections), closed);
  }

  private String openTable() {
    return table("Open model, %d claims a second".formatted(plan.perSecond), open);
  }

  private static String table(String title, Map<String, List<Reading>> sides) {
    StringBuilder table = new StringBuilder();
    table
        .append("| ")
        .append(title)
        .append(" | claims/s | p50 | p99 | p99.9 | CPU per claim | Redis' CPU per claim |\n")
        .append("|---|---|---|---|---|---|---|\n");
    sides.forEach((name, readings) -> table.append(row(name, Reading.sum(readings))));
    return table + "\n" + ratios(sides);
  }

  private static String row(String name, Reading sum) {
    return format(
        "| %s | %.0f | %.2f ms | %.2f ms | %.2f ms | %.1f µs | %.1f µs |\n",
        name,
        sum.perSecond(),
        sum.latencyMillis(50),
        sum.latencyMillis(99),
        sum.latencyMillis(99.9),
        sum.serverCpuMicros(),
        sum.redisCpuMicros());
  }

  /** Against each floor. */
  private static String ratios(Map<String, List<Reading>> sides) {
    List<Reading> ours = sides.getOrDefault("gateway", List.of());
    StringBuilder lines = new StringBuilder();
    sides.forEach(
        (name, floor) -> {
          if (name.startsWith("floor")) {
            lines.append(ratios(name, ours, floor));
          }
        });
    return lines.toString();
  }

  private static String ratios(String name, List<Reading> ours, List<Reading> floor) {
    Reading gateway = Reading.sum(ours);
    Reading least = Reading.sum(floor);
    return format(
        "- Gateway to %s: throughput %.2f, CPU per claim %.2f (rounds: %s), Redis' CPU %.2f.\n",
        name,
        gateway.perSecond() / least.perSecond(),
        gateway.serverCpuMicros() / least.serverCpuMicros(),
        rounds(ours, floor),
        gateway.redisCpuMicros() / least.redisCpuMicros());
  }

  private static String rounds(List<Reading> ours, List<Reading> floor) {
    StringBuilder ratios = new StringBuilder();
    for (int i = 0; i < ours.size(); i++) {
      ratios.append(
          format(
              i == 0 ? "%.2f" : ", %.2f",
              ours.get(i).serverCpuMicros() / floor.get(i).serverCpuMicros()));
    }
    return ratios.toString();
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
