package io.restante.push;

import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * One push to one device.
 *
 * @param target where to: a token of the provider, or what {@code PUT /v1/accounts/webpush} stored
 * @param envelope the encoded envelope as a socket would deliver it, guid and server timestamp
 *     among it, at most {@link PushSender#envelopeBytesMax} bytes; null to wake the device only. Of
 *     pushes that only wake, a later one may replace an earlier one that has not arrived
 * @param urgent whether the device is to be woken at once, for something its user will see
 * @param expiresAtMs ms since the epoch after which it need not arrive
 */
public record Push(String target, @Nullable Buffer envelope, boolean urgent, long expiresAtMs) {
  /** Hides token and content. */
  @Override
  public String toString() {
    return "Push";
  }
}
