package io.restante.bench.idle;

import io.restante.bench.Machine;
import io.restante.bench.ProcessCpu;
import io.restante.bench.Section;
import io.restante.bench.Side;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Measures idle sockets: their memory, their keepalives, and what happens when many reconnect. */
@Command(name = "bench-idle", mixinStandardHelpOptions = true, sortOptions = false)
final class IdleBench implements Callable<Integer> {
  private static final int FIRST_ADDRESS = 2;

  @Mixin private IdlePlan plan = new IdlePlan();

  /** Options: see {@link IdlePlan}. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new IdleBench()).execute(args));
  }

  @Override
  public Integer call() {
    String text = run(plan).text();
    System.out.println(text);
    if (!plan.page.isEmpty()) {
      Section.IDLE.write(Path.of(plan.page), text);
    }
    return 0;
  }

  /** Measures all that the plan asks for. */
  static IdleReport run(IdlePlan plan) {
    List<Side> gateways = new ArrayList<>();
    List<Crowd> crowds = new ArrayList<>();
    try (IdleStage stage = new IdleStage(plan)) {
      try {
        gateways.add(stage.startGateway());
        return run(stage, gateways, crowds);
      } finally {
        crowds.forEach(Crowd::close);
        gateways.forEach(Side::close);
      }
    }
  }

  private static IdleReport run(IdleStage stage, List<Side> gateways, List<Crowd> crowds) {
    IdlePlan plan = stage.plan();
    Side first = gateways.get(0);
    List<IdleReading> readings = new ArrayList<>();
    if (plan.warmup > 0) {
      warmUp(stage, first);
    }
    readings.add(read(stage, gateways, crowds, 0));
    int from = 0;
    Connects connects = new Connects(0, 1, 0);
    for (int size : plan.sizes) {
      long cpu = ProcessCpu.nanos(first.pid());
      long ms = join(stage, crowds, from, size - from, first);
      connects = new Connects(size - from, ms, ProcessCpu.nanos(first.pid()) - cpu);
      from = size;
      readings.add(read(stage, gateways, crowds, size));
    }
    for (int i = 1; i < plan.gateways; i++) {
      Side next = stage.startGateway();
      gateways.add(next);
      join(stage, crowds, from, plan.largest(), next);
      from += plan.largest();
    }
    if (plan.gateways > 1) {
      readings.add(read(stage, gateways, crowds, from));
    }
    List<Crowd.Ended> ended = crowds.stream().map(Crowd::end).toList();
    gateways.subList(1, gateways.size()).forEach(Side::close);
    List<Storm> storms = new ArrayList<>();
    for (int jitterMs : plan.jittersMs) {
      stage.rest(plan.settleSeconds);
      storms.add(Storm.run(stage, first, jitterMs));
    }
    return new IdleReport(Machine.line(), plan, readings, connects, ended, storms);
  }

  /**
   * So that code is compiled, and memory that all sockets share is taken, before any is counted.
   */
  private static void warmUp(IdleStage stage, Side gateway) {
    try (Crowd crowd = stage.busyCrowd(stage.plan().warmup, FIRST_ADDRESS, gateway)) {
      crowd.awaitConnected();
      stage.rest(stage.plan().warmupSeconds);
      crowd.end();
    }
    stage.rest(stage.plan().settleSeconds);
  }

  private static long join(IdleStage stage, List<Crowd> crowds, int from, int count, Side to) {
    Crowd crowd = stage.crowd(from, count, FIRST_ADDRESS + 1 + crowds.size(), to);
    crowds.add(crowd);
    return crowd.awaitConnected();
  }

  private static IdleReading read(
      IdleStage stage, List<Side> gateways, List<Crowd> crowds, int sockets) {
    List<Long> servers = gateways.stream().map(Side::pid).toList();
    List<Long> stores = List.of(stage.redis().pid());
    List<Long> clients = crowds.stream().map(Crowd::pid).toList();
    // What the connects left to do is done by then.
    stage.rest(stage.plan().settleSeconds);
    long began = System.nanoTime();
    long server = cpuNanos(servers);
    long store = cpuNanos(stores);
    long client = cpuNanos(clients);
    stage.rest(stage.plan().windowSeconds);
    double nanos = System.nanoTime() - began;
    double serverCores = (cpuNanos(servers) - server) / nanos;
    double storeCores = (cpuNanos(stores) - store) / nanos;
    double clientCores = (cpuNanos(clients) - client) / nanos;
    Memory memory = Memory.of(servers.get(0));
    return new IdleReading(sockets, gateways.size(), memory, serverCores, storeCores, clientCores);
  }

  private static long cpuNanos(List<Long> pids) {
    return pids.stream().mapToLong(ProcessCpu::nanos).sum();
  }
}
