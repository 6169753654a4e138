package io.restante.session;

import io.restante.protocol.DeviceAddress;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;

/** Counts the prekeys that a device has left. The root brings it from the floor of the pools. */
public interface Stock {
  /** Between two times that a device is told that its prekeys run low. */
  int intervalMs();

  /** The counts of all pools as JSON, where one of them is low; otherwise empty. */
  Future<Optional<Buffer>> low(DeviceAddress owner);
}
