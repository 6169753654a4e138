package io.restante.storm;

import io.restante.faults.Span;
import io.restante.faults.Timed;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One thing that happened, as those saw it who act: from before a request was sent until its answer
 * was read, or the moment at which something was read from a socket.
 */
sealed interface Event extends Timed {
  /** The status of a request without an answer: its connection ended, or the time was up. */
  int LOST = 0;

  /** The status of a request whose sender went before the answer came. */
  int HUNG_UP = -1;

  /** The status of a request in a session that ended before the answer came. */
  int SESSION_ENDED = -2;

  /** The source of an envelope that does not tell one. */
  String SEALED = "";

  /** An event of one device. */
  sealed interface OfDevice extends Event {
    Device device();
  }

  /** What is meant for one device: known by the digest of its content, which nothing else has. */
  record Part(Device to, String digest) {}

  /**
   * An attempt to send; all attempts to send the same have the same parts.
   *
   * @param once the idempotency key, null for none
   * @param sealed whether the envelopes do not tell who sent them
   * @param fits whether it is for exactly the devices of the account; otherwise it must be refused
   */
  record Sent(
      Span span,
      Device device,
      @Nullable String once,
      boolean sealed,
      boolean fits,
      int status,
      List<Part> parts)
      implements OfDevice {}

  /** A socket was opened, as this session of all that happen; sessions and polls are numbered. */
  record Opened(Span span, Device device, int session) implements OfDevice {}

  /** The gateway said that what had waited at the connect was sent. */
  record Emptied(Span span, Device device, int session) implements OfDevice {}

  /** From now on until its end the device reads and acks in this session at once. */
  record Attends(Span span, Device device, int session) implements OfDevice {}

  /** Who ended a session. */
  enum Cause {
    /** The gateway, or what lies between. */
    GATEWAY,
    /** The device. */
    DEVICE,
    /** The gateway, as it must after what the device sent. */
    GARBAGE
  }

  /**
   * A session's socket ended, at some moment since something was last read from it.
   *
   * @param code of the close frame, 1006 where there was none (RFC 6455, section 7.4)
   */
  record Closed(Span span, Device device, int session, int code, Cause cause) implements OfDevice {}

  /**
   * An envelope came, in a session or as part of the answer to a poll.
   *
   * @param source whom it tells as its sender, {@link #SEALED} for nobody
   * @param digest of its content
   */
  record Delivered(
      Span span,
      Device device,
      int session,
      String guid,
      long serverTimestampMs,
      String source,
      String digest)
      implements OfDevice {}

  /** The device answered an envelope 2xx in this session. */
  record Acked(Span span, Device device, int session, String guid) implements OfDevice {}

  /** A request in this session was answered: what was said before it has been heard. */
  record Confirmed(Span span, Device device, int session) implements OfDevice {}

  /** A poll; what it brought is recorded before it under the same number. */
  record Polled(Span span, Device device, int session, int status, boolean more)
      implements OfDevice {}

  /** A request to delete an envelope. */
  record Removed(Span span, Device device, String guid, int status) implements OfDevice {}

  /** Any other request, such as an upgrade, and the status that it must have. */
  record Other(Span span, Device device, String what, int expected, int status)
      implements OfDevice {}

  /**
   * The device came, took all that waited and acked it, at rest.
   *
   * @param empty whether its mailbox was empty then
   */
  record Drained(Span span, Device device, boolean empty) implements OfDevice {}

  /**
   * A fault, from before it began until all gateways were ready again.
   *
   * @param forgets whether what was written and not answered may be undone by it
   */
  record Trouble(Span span, String what, boolean forgets) implements Event {}

  /** A gateway that was told to end did so; with 0 as it should. */
  record Exited(Span span, int gateway, int code) implements Event {}

  /** A gateway is not ready, long after the last fault. */
  record Unready(Span span, int gateway) implements Event {}

  /** A gateway logged a stack trace. */
  record Traced(Span span, int gateway, String line) implements Event {}

  /**
   * What a gateway holds while nobody is connected.
   *
   * @param last whether it is after all that happened, and not before
   * @param files open files and sockets
   * @param bytes live bytes of its heap
   */
  record Measured(Span span, int gateway, boolean last, int files, long bytes) implements Event {}
}
