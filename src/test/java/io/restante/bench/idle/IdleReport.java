package io.restante.bench.idle;

import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/** What a run found, as Markdown. The first reading is without any socket. */
record IdleReport(
    String machine,
    IdlePlan plan,
    List<IdleReading> readings,
    Connects connects,
    List<Crowd.Ended> ended,
    List<Storm> storms) {
  private static final double KIB = 1_024;
  private static final double MIB = KIB * KIB;
  private static final double RESIDENT_KIB_MAX = 10;
  private static final double CORES_MAX = 0.25;

  /** All of it. */
  String text() {
    return method() + table() + slopes() + "\n" + stormTable();
  }

  private String method() {
    return format(
        """
        %s

        Devices with a socket each, in clear, that send a keepalive every %d s. The gateway has a
        heap of %d MiB, touched from the start, so that its resident memory grows by what is not
        heap; what lives in the heap is counted after a collection. The kernel's memory is that of
        both ends. CPU is measured over %d s, and is that of sweeps and checks of credentials too.

        """,
        machine, plan.keepaliveSeconds, plan.heapMib, plan.windowSeconds);
  }

  private String table() {
    StringBuilder table = new StringBuilder();
    table
        .append("| sockets | heap | native | TCP buffers | slab | gateways' CPU | Redis' CPU |")
        .append(" clients' CPU |\n|---|---|---|---|---|---|---|---|\n");
    readings.forEach(reading -> table.append(row(reading)));
    return table.append('\n').toString();
  }

  private String row(IdleReading reading) {
    Memory memory = reading.memory();
    String over = reading.gateways() == 1 ? "" : " over " + reading.gateways() + " gateways";
    boolean one = reading.gateways() == 1;
    return format(
        "| %d%s | %s | %s | %.1f MiB | %s | %.3f cores | %.3f cores | %.3f cores |\n",
        reading.sockets(),
        over,
        one ? format("%.1f MiB", memory.heap() / MIB) : "",
        one ? format("%.1f MiB", nativeBytes(memory) / MIB) : "",
        memory.buffers() / MIB,
        memory.slab() < 0 ? "not readable" : format("%.1f MiB", memory.slab() / MIB),
        reading.gatewayCores(),
        reading.redisCores(),
        reading.clientCores());
  }

  private long nativeBytes(Memory memory) {
    return memory.resident() - (long) (plan.heapMib * MIB);
  }

  private String slopes() {
    double heap = kibEach(Memory::heap);
    double resident = heap + kibEach(this::nativeBytes);
    IdleReading most = readings.get(readings.size() - 1);
    int open = ended.stream().mapToInt(Crowd.Ended::open).sum();
    int answered = ended.stream().mapToInt(Crowd.Ended::answered).sum();
    return format(
        """
        Each socket costs %.1f KiB of heap and %.1f KiB of native memory (slope over the sizes of
        one gateway), %.1f KiB resident. Target, less than %.0f KiB: %s. Both ends of it cost the
        kernel %.1f KiB of buffers and %s of slab.

        Of %d sockets %d were open in the end; %d keepalives were answered. %d sockets take %.3f
        cores of gateways. Target, less than %.2f: %s.

        %d devices connected in %.1f s, %d at a time: %.0f a second, each for %.0f µs of the
        gateway's CPU, until it was told that nothing waits.
        """,
        heap,
        resident - heap,
        resident,
        RESIDENT_KIB_MAX,
        resident < RESIDENT_KIB_MAX ? "met" : "missed",
        kibEach(Memory::buffers),
        most.memory().slab() < 0 ? "an unknown amount" : format("%.1f KiB", kibEach(Memory::slab)),
        most.sockets(),
        open,
        answered,
        most.sockets(),
        most.gatewayCores(),
        CORES_MAX,
        most.gatewayCores() < CORES_MAX ? "met" : "missed",
        connects.sockets(),
        connects.ms() / 1e3,
        plan.connecting,
        connects.perSecond(),
        connects.gatewayCpuMicros());
  }

  /** By least squares over the sizes of one gateway. */
  private double kibEach(ToLongFunction<Memory> bytes) {
    List<IdleReading> one = readings.stream().filter(reading -> reading.gateways() == 1).toList();
    double meanSockets = one.stream().mapToInt(IdleReading::sockets).average().orElseThrow();
    double meanBytes =
        one.stream()
            .mapToLong(reading -> bytes.applyAsLong(reading.memory()))
            .average()
            .orElseThrow();
    double covariance = 0;
    double variance = 0;
    for (IdleReading reading : one) {
      double off = reading.sockets() - meanSockets;
      covariance += off * (bytes.applyAsLong(reading.memory()) - meanBytes);
      variance += off * off;
    }
    return covariance / variance / KIB;
  }

  private String stormTable() {
    StringBuilder text = new StringBuilder();
    text.append(
        format(
            """
            One of two gateways with %d sockets each is killed, and all of its devices reconnect to
            the other one, while that goes on with %d sends and %d fetches a second. p99 before the
            kill, and of what was due until all were back; CPU is what it took more than before.

            | reconnect | all are back | refused | CPU each | sends p99 | fetches p99 | refused |
            |---|---|---|---|---|---|---|
            """,
            plan.storm, plan.tricklePerSecond, plan.tricklePerSecond));
    storms.forEach(storm -> text.append(row(storm)));
    return text.toString();
  }

  private static String row(Storm storm) {
    return format(
        "| %s | after %.1f s | %d attempts | %.0f µs | %.1f, then %.1f ms |"
            + " %.1f, then %.1f ms | %d of %d |\n",
        storm.jitterMs() == 0 ? "at once" : "within " + storm.jitterMs() / 1_000.0 + " s",
        storm.backMs() / 1e3,
        storm.refused(),
        storm.survivorCpuNanos() / 1e3 / storm.sockets(),
        storm.sendsBefore().latencyMillis(99),
        storm.sendsDuring().latencyMillis(99),
        storm.fetchesBefore().latencyMillis(99),
        storm.fetchesDuring().latencyMillis(99),
        storm.sendsDuring().refused() + storm.fetchesDuring().refused(),
        storm.sendsDuring().requests() + storm.fetchesDuring().requests());
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
