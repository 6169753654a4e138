package io.restante.bench.mail;

import java.util.Collection;
import org.HdrHistogram.Histogram;

/**
 * What one way did in one round, or in several together.
 *
 * @param delivered stored, received and acked
 * @param nanos how long it took
 * @param serverCpuNanos of gateways, floor or broker
 * @param storeCpuNanos of Redis
 */
record MailReading(
    int delivered, long nanos, long serverCpuNanos, long storeCpuNanos, Histogram latencyNanos) {

  /** All of them as one. */
  static MailReading sum(Collection<MailReading> readings) {
    Histogram latency = new Histogram(3);
    readings.forEach(reading -> latency.add(reading.latencyNanos));
    return new MailReading(
        readings.stream().mapToInt(MailReading::delivered).sum(),
        readings.stream().mapToLong(MailReading::nanos).sum(),
        readings.stream().mapToLong(MailReading::serverCpuNanos).sum(),
        readings.stream().mapToLong(MailReading::storeCpuNanos).sum(),
        latency);
  }

  double perSecond() {
    return delivered * 1e9 / nanos;
  }

  double serverCpuMicros() {
    return serverCpuNanos / 1e3 / delivered;
  }

  double storeCpuMicros() {
    return storeCpuNanos / 1e3 / delivered;
  }

  double cpuMicros() {
    return serverCpuMicros() + storeCpuMicros();
  }

  /** Letters for a second of CPU of all servers. */
  double perCpuSecond() {
    return 1e6 / cpuMicros();
  }

  double latencyMillis(double percentile) {
    return latencyNanos.getValueAtPercentile(percentile) / 1e6;
  }
}
