package io.restante.bench.mail;

import io.restante.bench.Machine;
import io.restante.bench.Section;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Compares deliveries over the gateway with its floors and with brokers, in turns in one run. */
@Command(name = "bench-mail", mixinStandardHelpOptions = true, sortOptions = false)
final class MailBench implements Callable<Integer> {
  private static final int RATE_STEP = 100;

  @Mixin private MailPlan plan = new MailPlan();

  /** Options: see {@link MailPlan}. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new MailBench()).execute(args));
  }

  @Override
  public Integer call() {
    String text = run(plan).text();
    System.out.println(text);
    if (!plan.page.isEmpty()) {
      Section.MAIL.write(Path.of(plan.page), text);
    }
    return 0;
  }

  /** Measures all that the plan asks for. */
  static MailReport run(MailPlan plan) {
    try (MailStage stage = new MailStage(plan)) {
      List<String> missing = new ArrayList<>();
      List<Deliveries> ways = new ArrayList<>();
      for (MailPlan.Way way : plan.ways) {
        stage.open(way).ifPresentOrElse(ways::add, () -> missing.add(way.name()));
      }
      for (int left = plan.warmup; left > 0; left -= plan.letters) {
        int count = Math.min(left, plan.letters);
        ways.forEach(way -> stage.closed(way, count));
      }
      Map<String, List<MailReading>> closed = new LinkedHashMap<>();
      for (int round = 0; round < plan.rounds; round++) {
        ways.forEach(way -> add(closed, way, stage.closed(way, plan.letters)));
      }
      int rate = plan.perSecond > 0 ? plan.perSecond : halfOf(closed.values().iterator().next());
      Map<String, List<MailReading>> open = new LinkedHashMap<>();
      for (int round = 0; round < plan.rounds; round++) {
        ways.forEach(way -> add(open, way, stage.open(way, plan.letters, rate)));
      }
      ways.forEach(way -> stage.awaitEmpty(way.post()));
      CommandStats.reset(stage.redis());
      stage.open(ways.get(0), plan.letters, rate);
      CommandStats commands = CommandStats.of(stage.redis(), plan.letters);
      List<Backlog.Drain> drains = new ArrayList<>();
      for (int i = 0; i < plan.drains; i++) {
        drains.add(Backlog.drain(stage, stage.gateway(), plan.backlog));
      }
      return new MailReport(Machine.line(), plan, rate, missing, closed, open, commands, drains);
    }
  }

  private static int halfOf(List<MailReading> saturated) {
    int half = (int) (MailReading.sum(saturated).perSecond() / 2);
    return Math.max(RATE_STEP, half / RATE_STEP * RATE_STEP);
  }

  private static void add(
      Map<String, List<MailReading>> readings, Deliveries way, MailReading reading) {
    readings.computeIfAbsent(way.post().name(), name -> new ArrayList<>()).add(reading);
  }
}
