package io.restante.limit;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What sends are asked for before anything is stored, once for each account they go to. */
@FunctionalInterface
public interface SendLimits {
  /** No limits. */
  SendLimits NONE = (sender, remoteAddress, destinations) -> {};

  /**
   * Admits a message to accounts, to all or to none: where one of them refuses it, it costs nothing
   * of what the sender may send to the others. What a device sends to its own account is not
   * limited.
   *
   * @param sender the sender's account; null for an anonymous one, who is known by its address
   * @throws io.restante.protocol.GatewayException {@code RATE_LIMITED} with the seconds to wait
   */
  void admit(@Nullable UUID sender, String remoteAddress, List<UUID> destinations);
}
