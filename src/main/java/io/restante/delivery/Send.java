package io.restante.delivery;

import io.restante.account.Caller;
import io.restante.protocol.IdempotencyKey;
import io.restante.protocol.ServiceId;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way, encrypted once for each device of its destination.
 *
 * @param account the destination's ACI
 * @param destination the identity that the sender named; its registration ids count
 * @param sender null for an anonymous send
 * @param timestampMs the sender's own clock
 * @param online deliver to live sessions only
 * @param urgent wake a sleeping device
 * @param messages at most one a device
 * @param once null for a send that is not repeatable; never set without a sender
 */
public record Send(
    UUID account,
    ServiceId destination,
    @Nullable Sender sender,
    long timestampMs,
    boolean online,
    boolean urgent,
    boolean story,
    List<Message> messages,
    @Nullable Once once) {

  /**
   * Who sends.
   *
   * @param tellsHandle whether recipients learn the sender's handle, as those of generations A and
   *     B must
   */
  public record Sender(Caller caller, boolean tellsHandle) {}

  /**
   * A message for one device.
   *
   * @param type of the envelope
   * @param registrationId the one that the sender knows, 0 for one that is not to be checked
   * @param content null where there is a legacy message
   * @param legacyMessage generation A's {@code body}
   */
  public record Message(
      int type,
      int device,
      int registrationId,
      @Nullable Buffer content,
      @Nullable Buffer legacyMessage) {
    /** Whether both devices get the very same bytes: not compared, only where they are one. */
    boolean isSameAs(Message other) {
      return type == other.type && content == other.content && legacyMessage == other.legacyMessage;
    }
  }

  /**
   * The name under which a send can be repeated.
   *
   * @param bodyHash 32 bytes over all that must be the same in a repetition
   */
  public record Once(IdempotencyKey key, byte[] bodyHash) {}

  /** Checks that a repeatable send has a sender: the record is scoped to it. */
  public Send {
    if (once != null && sender == null) {
      throw new IllegalArgumentException("once: anonymous (expected: with a sender)");
    }
  }

  /** Hides everything. */
  @Override
  public String toString() {
    return "Send[messages=" + messages.size() + "]";
  }
}
