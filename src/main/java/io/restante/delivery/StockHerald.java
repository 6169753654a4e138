package io.restante.delivery;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.restante.mailbox.Doorbell;
import io.restante.protocol.DeviceAddress;
import io.restante.telemetry.Meters;
import io.restante.telemetry.Metric;
import io.vertx.core.Future;

/**
 * Brings the word that a device's prekeys run low to its socket, on whichever gateway that is;
 * where there is none, the device is woken, once a day.
 */
public final class StockHerald {
  private final Doorbell doorbell;
  private final DuePush duePush;
  private final Counter pushes;

  /** The herald of one event loop. */
  public StockHerald(Doorbell doorbell, DuePush duePush, MeterRegistry meters) {
    this.doorbell = doorbell;
    this.duePush = duePush;
    this.pushes = Meters.counter(meters, Metric.LOW_STOCK, "push");
  }

  /** Brings it; answers what became of it. */
  public Future<Doorbell.Told> tell(DeviceAddress owner) {
    return doorbell
        .tellLowStock(owner)
        .onSuccess(
            told -> {
              if (told == Doorbell.Told.TO_BE_WOKEN) {
                pushes.increment();
                duePush.lowStock(owner);
              }
            });
  }
}
