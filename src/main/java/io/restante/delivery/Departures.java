package io.restante.delivery;

import io.restante.protocol.DeviceAddress;
import io.restante.push.OwedPush;
import io.restante.push.OwedPush.Kind;
import io.restante.push.Pushes;
import io.restante.push.Pushes.When;
import java.util.List;

/** Sees to it that a device is woken which left while mail waited, unless it comes back. */
public final class Departures {
  private final Pushes pushes;

  /** Those of one event loop. */
  public Departures(Pushes pushes) {
    this.pushes = pushes;
  }

  /** The session of a device ended, and mail may wait that it has not acked. */
  public void left(DeviceAddress device) {
    pushes.owe(List.of(OwedPush.word(device, Kind.LEFT)), When.UNLESS_BACK);
  }
}
