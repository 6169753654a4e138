package io.restante.delivery;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.restante.mailbox.Doorbell;
import io.restante.protocol.DeviceAddress;
import io.restante.push.OwedPush;
import io.restante.push.OwedPush.Kind;
import io.restante.push.Pushes;
import io.restante.push.Pushes.When;
import io.restante.telemetry.Meters;
import io.restante.telemetry.Metric;
import io.vertx.core.Future;
import java.util.List;

/**
 * Brings the word that a device's prekeys run low to its socket, on whichever gateway that is;
 * where there is none, the device is woken, once a day.
 */
public final class StockHerald {
  private final Doorbell doorbell;
  private final Pushes pushes;
  private final Counter woken;

  /** The herald of one event loop. */
  public StockHerald(Doorbell doorbell, Pushes pushes, MeterRegistry meters) {
    this.doorbell = doorbell;
    this.pushes = pushes;
    this.woken = Meters.counter(meters, Metric.LOW_STOCK, "push");
  }

  /** Brings it; answers what became of it. */
  public Future<Doorbell.Told> tell(DeviceAddress owner) {
    return doorbell
        .tellLowStock(owner)
        .onSuccess(
            told -> {
              if (told == Doorbell.Told.TO_BE_WOKEN) {
                woken.increment();
                pushes.owe(List.of(OwedPush.word(owner, Kind.STOCK)), When.NOW);
              }
            });
  }
}
