package io.restante.delivery;

import io.restante.delivery.Send.Message;
import io.restante.delivery.Send.Once;
import io.restante.delivery.Send.Sender;
import io.restante.protocol.Envelope;
import io.restante.protocol.MultiRecipientMessage;
import io.restante.protocol.MultiRecipientMessage.Recipient;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One sealed message on its way to many accounts, encrypted once. It takes no more memory than its
 * body: what an account gets is made when its turn has come.
 *
 * @param to some of the message's recipients
 * @param sender null for an anonymous send
 * @param timestampMs the sender's own clock
 * @param online deliver to live sessions only
 * @param urgent wake a sleeping device
 * @param once null for a send that is not repeatable; never set without a sender
 */
public record Circular(
    MultiRecipientMessage message,
    List<To> to,
    @Nullable Sender sender,
    long timestampMs,
    boolean online,
    boolean urgent,
    boolean story,
    @Nullable Once once) {

  /**
   * One of them.
   *
   * @param account the recipient's ACI
   */
  public record To(UUID account, Recipient recipient) {}

  /** What one of them gets: one content for all of its devices. */
  Send sendTo(To one) {
    Buffer content = message.contentFor(one.recipient());
    List<Message> messages =
        one.recipient().devices().stream()
            .map(
                device ->
                    new Message(
                        Envelope.TYPE_SEALED_SENDER,
                        device.id(),
                        device.registrationId(),
                        content,
                        null))
            .toList();
    return new Send(
        one.account(),
        one.recipient().id(),
        sender,
        timestampMs,
        online,
        urgent,
        story,
        messages,
        once);
  }

  /** Hides everything. */
  @Override
  public String toString() {
    return "Circular[accounts=" + to.size() + "]";
  }
}
