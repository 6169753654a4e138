package io.restante.telemetry;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import java.util.List;

/**
 * What the process tells of itself: memory (Netty's buffers are among the direct ones), garbage
 * collection, threads, processors, open files and uptime, under the names that Micrometer gives
 * them, and its version.
 */
public final class ProcessMeters implements AutoCloseable {
  private final JvmGcMetrics collections = new JvmGcMetrics();

  private ProcessMeters() {}

  /** Registers them, once for each registry. */
  public static ProcessMeters of(MeterRegistry registry, String version) {
    ProcessMeters meters = new ProcessMeters();
    List<MeterBinder> binders =
        List.of(
            meters.collections,
            new JvmMemoryMetrics(),
            new JvmThreadMetrics(),
            new ProcessorMetrics(),
            new FileDescriptorMetrics(),
            new UptimeMetrics());
    binders.forEach(each -> each.bindTo(registry));
    Meters.gauge(registry, Metric.BUILD, () -> 1, version);
    return meters;
  }

  /** Listens to the garbage collectors no more. */
  @Override
  public void close() {
    collections.close();
  }
}
