package io.restante.limit;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What sends are asked for before anything is stored, once for each account they go to. */
@FunctionalInterface
public interface SendLimits {
  /** No limits. */
  SendLimits NONE = (sender, remoteAddress, destination) -> {};

  /**
   * Admits a message to an account. What a device sends to its own account is not limited.
   *
   * @param sender the sender's account; null for an anonymous one, who is known by its address
   * @throws io.restante.protocol.GatewayException {@code RATE_LIMITED} with the seconds to wait
   */
  void admit(@Nullable UUID sender, String remoteAddress, UUID destination);
}
