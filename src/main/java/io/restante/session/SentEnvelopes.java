package io.restante.session;

import io.restante.mailbox.EnvelopeId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The window: what has been sent in this session and is neither acked nor given up. Its bytes are
 * not kept, as the mailbox has them.
 */
final class SentEnvelopes {
  /** One envelope. */
  static final class Sent {
    /** Null for an envelope that is for a live session only. */
    private final @Nullable EnvelopeId id;

    private final List<Long> requestIds = new ArrayList<>(1);
    private int bytes;
    private boolean inFlight;
    private boolean written;
    private boolean stalled;
    private long deadlineMs;

    private Sent(@Nullable EnvelopeId id) {
      this.id = id;
    }

    @Nullable EnvelopeId id() {
      return id;
    }

    /** How often it has been sent. */
    int attempts() {
      return requestIds.size();
    }

    /** Whether the socket never took it, in twice the time for an ack. */
    boolean isStalled() {
      return stalled && !written;
    }

    /** Whether it is in flight by this request, and not by a later one. */
    boolean isInFlightBy(long requestId) {
      return inFlight && requestIds.get(requestIds.size() - 1) == requestId;
    }

    /** Whether it is sent and waits for its ack; otherwise it waits to be sent again. */
    boolean inFlight() {
      return inFlight;
    }
  }

  private static final int BYTES_GUESS = 4096;

  private final int envelopesMax;
  private final int bytesMax;
  private final int ackDeadlineMs;
  private final Map<Long, Sent> byRequest = new LinkedHashMap<>();
  private final Map<EnvelopeId, Sent> byId = new HashMap<>();
  private int averageBytes = BYTES_GUESS;
  private int inFlight;
  private long inFlightBytes;

  SentEnvelopes(SessionConfig config) {
    this.envelopesMax = config.windowEnvelopesMax();
    this.bytesMax = config.windowBytesMax();
    this.ackDeadlineMs = config.ackDeadlineMs();
  }

  /** Whether this many bytes fit. An envelope larger than the whole window goes alone. */
  boolean fits(long bytes) {
    return inFlight == 0 || (inFlight < envelopesMax && inFlightBytes + bytes <= bytesMax);
  }

  int roomEnvelopes() {
    return envelopesMax - inFlight;
  }

  /** How many of the usual size fit, at least one. */
  long roomCount() {
    long byBytes = (bytesMax - inFlightBytes) / Math.max(1, averageBytes);
    return Math.max(1, Math.min(roomEnvelopes(), byBytes));
  }

  /** Envelopes that a read from the start would find again. */
  int inFlight() {
    return inFlight;
  }

  long inFlightBytes() {
    return inFlightBytes;
  }

  @Nullable Sent ofRequest(long requestId) {
    return byRequest.get(requestId);
  }

  @Nullable Sent ofEnvelope(EnvelopeId id) {
    return byId.get(id);
  }

  /** Counts an envelope of the mailbox as sent, for the first time or again. */
  void send(EnvelopeId id, int bytes, long requestId, long nowMs) {
    averageBytes = (3 * averageBytes + bytes) / 4;
    send(byId.computeIfAbsent(id, Sent::new), bytes, requestId, nowMs);
  }

  /** Counts an envelope as sent that is for a live session only. */
  void sendOnline(int bytes, long requestId, long nowMs) {
    send(new Sent(null), bytes, requestId, nowMs);
  }

  private void send(Sent sent, int bytes, long requestId, long nowMs) {
    sent.requestIds.add(requestId);
    sent.bytes = bytes;
    sent.inFlight = true;
    sent.written = false;
    sent.stalled = false;
    sent.deadlineMs = nowMs + ackDeadlineMs;
    byRequest.put(requestId, sent);
    inFlight++;
    inFlightBytes += bytes;
  }

  /** The socket has taken an envelope: its client's time begins. */
  void written(long requestId, long nowMs) {
    Sent sent = byRequest.get(requestId);
    if (sent != null && sent.inFlight && !sent.written) {
      sent.written = true;
      sent.deadlineMs = nowMs + ackDeadlineMs;
    }
  }

  /** Leaves the window, to be sent again; the ack of its earlier request still counts. */
  void land(Sent sent) {
    if (sent.inFlight) {
      sent.inFlight = false;
      inFlight--;
      inFlightBytes -= sent.bytes;
    }
  }

  /** Forgets an envelope and all its requests. */
  void remove(Sent sent) {
    land(sent);
    sent.requestIds.forEach(byRequest::remove);
    if (sent.id != null) {
      byId.remove(sent.id);
    }
  }

  /** Forgets those that wait to be sent again: they are gone from the mailbox. */
  void removeLanded() {
    for (Sent sent : List.copyOf(byId.values())) {
      if (!sent.inFlight) {
        remove(sent);
      }
    }
  }

  /**
   * Those whose time is up, in the order in which they were sent. One that the socket has not taken
   * yet gets a second time, as sending it again would only be more of the same.
   */
  List<Sent> overdue(long nowMs) {
    List<Sent> overdue = new ArrayList<>();
    for (Map.Entry<Long, Sent> entry : byRequest.entrySet()) {
      Sent sent = entry.getValue();
      if (!sent.isInFlightBy(entry.getKey()) || sent.deadlineMs > nowMs) {
        continue;
      }
      if (sent.written || sent.stalled) {
        overdue.add(sent);
      } else {
        sent.stalled = true;
        sent.deadlineMs = nowMs + ackDeadlineMs;
      }
    }
    return overdue;
  }

  /** The first time that is up, where anything is in flight. */
  OptionalLong nextDeadlineMs() {
    // Asked after every step of a session, and so without the objects of a stream.
    long first = Long.MAX_VALUE;
    for (Sent sent : byRequest.values()) {
      first = sent.inFlight ? Math.min(first, sent.deadlineMs) : first;
    }
    return first == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(first);
  }
}
