package io.restante.bench.mail;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What a run found, as Markdown. The first way is what the others are compared with. */
record MailReport(
    String machine,
    MailPlan plan,
    int perSecond,
    List<String> missing,
    Map<String, List<MailReading>> closed,
    Map<String, List<MailReading>> open,
    CommandStats commands,
    List<Backlog.Drain> drains) {
  private static final double FLOOR_RATIO_MAX = 1.5;
  private static final int COMMANDS_MAX = 12;

  /** All of it. */
  String text() {
    return method()
        + table("Closed model, %d under way".formatted(plan.inFlight), closed)
        + ratios(closed)
        + table("Open model, %d letters a second".formatted(perSecond), open)
        + ratios(open)
        + commandLine()
        + backlog();
  }

  private String commandLine() {
    return format(
        """
        Redis by its own count, for each letter of the first way in the open model: %s. The time of
        a script contains that of the commands that it calls.

        """,
        commands.line(COMMANDS_MAX));
  }

  private String method() {
    String skipped =
        missing.isEmpty()
            ? ""
            : "\nNot installed, and therefore not measured: " + String.join(", ", missing) + ".\n";
    return format(
            """
            %s

            Letters of %d bytes from %d senders to %d devices; Redis' append-only file: fsync %s,
            gateways' durability none. Each way was warmed up with %d letters, then measured in %d
            rounds of %d letters in each model, in turns. CPU is that of whole processes; letters
            per CPU second count servers and Redis together.
            """,
            machine,
            Letter.BYTES,
            plan.senders,
            plan.mailboxes,
            plan.fsync,
            plan.warmup,
            plan.rounds,
            plan.letters)
        + skipped
        + '\n';
  }

  private static String table(String title, Map<String, List<MailReading>> ways) {
    StringBuilder table = new StringBuilder();
    table
        .append("| ")
        .append(title)
        .append(" | letters/s | p50 | p99 | p99.9 | servers' CPU | Redis' CPU | per CPU second |\n")
        .append("|---|---|---|---|---|---|---|---|\n");
    ways.forEach((name, readings) -> table.append(row(name, MailReading.sum(readings))));
    return table.append('\n').toString();
  }

  private static String row(String name, MailReading sum) {
    return format(
        "| %s | %.0f | %.2f ms | %.2f ms | %.2f ms | %.1f µs | %.1f µs | %.0f |\n",
        name,
        sum.perSecond(),
        sum.latencyMillis(50),
        sum.latencyMillis(99),
        sum.latencyMillis(99.9),
        sum.serverCpuMicros(),
        sum.storeCpuMicros(),
        sum.perCpuSecond());
  }

  private static String ratios(Map<String, List<MailReading>> ways) {
    StringBuilder lines = new StringBuilder();
    String first = ways.keySet().iterator().next();
    ways.forEach(
        (name, readings) -> {
          if (!name.equals(first)) {
            lines.append(ratio(first, ways.getOrDefault(first, List.of()), name, readings));
          }
        });
    return lines.append('\n').toString();
  }

  private static String ratio(
      String first, List<MailReading> ours, String name, List<MailReading> theirs) {
    MailReading our = MailReading.sum(ours);
    MailReading their = MailReading.sum(theirs);
    StringBuilder rounds = new StringBuilder();
    for (int i = 0; i < ours.size(); i++) {
      rounds
          .append(i == 0 ? "" : ", ")
          .append(format("%.2f", ours.get(i).cpuMicros() / theirs.get(i).cpuMicros()));
    }
    double cpu = our.cpuMicros() / their.cpuMicros();
    return format(
        "- %s to %s: CPU per letter %.2f (rounds: %s)%s, throughput %.2f.%s\n",
        first,
        name,
        cpu,
        rounds,
        their.storeCpuNanos() == 0 ? "" : parts(our, their),
        our.perSecond() / their.perSecond(),
        verdict(name, cpu));
  }

  private static String parts(MailReading our, MailReading their) {
    return format(
        ", servers' %.2f, Redis' %.2f",
        our.serverCpuMicros() / their.serverCpuMicros(),
        our.storeCpuMicros() / their.storeCpuMicros());
  }

  /** Against what was set out to be reached. */
  private static String verdict(String name, double cpu) {
    if (name.startsWith("floor")) {
      String bound = format("%.1f at most", FLOOR_RATIO_MAX);
      return " Target, " + bound + (cpu <= FLOOR_RATIO_MAX ? ": met." : ": missed.");
    }
    boolean peer = name.equals("mosquitto") || name.equals("nats-server");
    return peer ? " Target, less than 1" + (cpu < 1 ? ": met." : ": missed.") : "";
  }

  private String backlog() {
    if (drains.isEmpty()) {
      return "";
    }
    List<Backlog.Drain> sorted =
        drains.stream()
            .sorted(Comparator.comparingDouble(Backlog.Drain::perSecond))
            .collect(Collectors.toList());
    Backlog.Drain median = sorted.get(sorted.size() / 2);
    return format(
        """
        A device that comes back to %d envelopes gets and acks %.0f a second (median of %d drains;
        %.0f to %.0f), each for %.1f µs of CPU of gateway and Redis together.
        """,
        plan.backlog,
        median.perSecond(),
        sorted.size(),
        sorted.get(0).perSecond(),
        sorted.get(sorted.size() - 1).perSecond(),
        median.cpuMicros());
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
