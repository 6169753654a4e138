package io.restante.push;

import io.restante.mailbox.EnvelopeId;
import io.restante.protocol.EnvelopeCodec;
import io.restante.push.TakeScript.Taken.ToSend;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** By whom a push goes, and whether it carries its envelope. Pure. */
record PushPlan(Provider provider, Push push) {
  /**
   * Empty where no provider that this gateway uses can reach the device.
   *
   * @param bytesMax what each provider that is used carries of an envelope
   */
  static Optional<PushPlan> of(
      OwedPush owed,
      ToSend toSend,
      Map<Provider, Integer> bytesMax,
      boolean inline,
      long expiresAtMs) {
    for (Provider provider : Provider.values()) {
      String target = provider == Provider.WEBHOOK ? name(owed) : toSend.targets().get(provider);
      Integer most = bytesMax.get(provider);
      if (target != null && most != null) {
        Buffer envelope =
            inline && !toSend.fetches() ? wire(owed.envelope(), toSend.stored()) : null;
        boolean fits = envelope != null && envelope.length() <= most;
        return Optional.of(
            new PushPlan(
                provider,
                new Push(target, fits ? envelope : null, owed.kind().isUrgent(), expiresAtMs)));
      }
    }
    return Optional.empty();
  }

  private static String name(OwedPush owed) {
    return owed.device().aci().toString() + '.' + owed.device().device();
  }

  private static @Nullable Buffer wire(@Nullable EnvelopeId id, @Nullable Buffer stored) {
    return id == null || stored == null
        ? null
        : EnvelopeCodec.wire(stored, id.guid(), id.streamId().ms());
  }
}
