package io.restante.bench;

import java.util.Collection;
import org.HdrHistogram.Histogram;

/**
 * What one server did in one round, or in several together.
 *
 * @param claims answered with 200
 * @param refused answered otherwise
 * @param nanos how long it took
 * @param serverCpuNanos of the server's process
 * @param redisCpuNanos of Redis
 */
record Reading(
    int claims,
    int refused,
    long bodyBytes,
    long nanos,
    long serverCpuNanos,
    long redisCpuNanos,
    Histogram latencyNanos) {

  /** All of them as one. */
  static Reading sum(Collection<Reading> readings) {
    Histogram latency = new Histogram(3);
    readings.forEach(reading -> latency.add(reading.latencyNanos));
    return new Reading(
        readings.stream().mapToInt(Reading::claims).sum(),
        readings.stream().mapToInt(Reading::refused).sum(),
        readings.stream().mapToLong(Reading::bodyBytes).sum(),
        readings.stream().mapToLong(Reading::nanos).sum(),
        readings.stream().mapToLong(Reading::serverCpuNanos).sum(),
        readings.stream().mapToLong(Reading::redisCpuNanos).sum(),
        latency);
  }

  int bodyBytesEach() {
    return (int) (bodyBytes / Math.max(1, claims));
  }

  double perSecond() {
    return claims * 1e9 / nanos;
  }

  double serverCpuMicros() {
    return serverCpuNanos / 1e3 / claims;
  }

  double redisCpuMicros() {
    return redisCpuNanos / 1e3 / claims;
  }

  double latencyMillis(double percentile) {
    return latencyNanos.getValueAtPercentile(percentile) / 1e6;
  }
}
