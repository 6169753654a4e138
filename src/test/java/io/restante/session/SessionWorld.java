package io.restante.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.mailbox.EnvelopeId;
import io.restante.mailbox.MailPage;
import io.restante.mailbox.StoredEnvelope;
import io.restante.mailbox.StreamId;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A mailbox, a doorbell, a socket and a client around one session, each step of theirs taken when
 * the walk says so. Every effect is held against what the session promises.
 */
final class SessionWorld {
  static final int WINDOW_ENVELOPES = 5;
  static final int WINDOW_BYTES = 2_000;
  static final int DEADLINE_MS = 1_000;

  /** What the client has seen of one envelope in this session. */
  private static final class Seen {
    final int bytes;
    int deliveries;
    boolean acked;
    boolean inFlight;
    boolean mayComeAgain;
    long requestId;
    long sinceMs;

    Seen(int bytes) {
      this.bytes = bytes;
    }
  }

  final Random random;
  final TreeMap<StreamId, StoredEnvelope> mailbox = new TreeMap<>();
  private final IdentityHashMap<Buffer, StoredEnvelope> byBytes = new IdentityHashMap<>();
  int deliveries;
  long nowMs = 1;
  boolean idsStepBack;
  int rings;

  DeviceSession session = newSession();
  private final Map<EnvelopeId, Seen> seen = new LinkedHashMap<>();
  private final Map<Long, EnvelopeId> requests = new HashMap<>();
  private final Deque<Long> unwritten = new ArrayDeque<>();
  private final List<EnvelopeId> givenUp = new ArrayList<>();
  private Set<EnvelopeId> waitingAtConnect = Set.of();
  private long lastRequestId;
  private StreamId lastFirst = StreamId.START;
  private boolean queueEmpty;
  private boolean writable = true;
  @Nullable CloseCode closed;

  private Effect.@Nullable Read read;
  private @Nullable MailPage page;
  private boolean readingOnline;
  private @Nullable List<EnvelopeId> deletion;
  private boolean deleted;
  private long lastMs;

  SessionWorld(Random random) {
    this.random = random;
  }

  private static DeviceSession newSession() {
    return new DeviceSession(
        new SessionConfig(
            WINDOW_ENVELOPES, WINDOW_BYTES, DEADLINE_MS, 60_000, 60_000, 512 * 1024, 1, 1, 1, 1, 1),
        new StockNotices(false, 1));
  }

  /** The client connects anew; what the last session had under way is lost. */
  void connect() {
    session = newSession();
    seen.clear();
    requests.clear();
    unwritten.clear();
    givenUp.clear();
    lastRequestId = 0;
    lastFirst = StreamId.START;
    queueEmpty = false;
    writable = true;
    closed = null;
    read = null;
    page = null;
    readingOnline = false;
    deletion = null;
    deleted = false;
    rings = 0;
    waitingAtConnect = new HashSet<>();
    mailbox.values().forEach(envelope -> waitingAtConnect.add(envelope.id()));
    apply(session.onOpened(Set.of()));
  }

  void append(boolean ring) {
    lastMs = mailbox.isEmpty() ? lastMs + 1 : Math.max(lastMs, mailbox.lastKey().ms()) + 1;
    StreamId place = new StreamId(lastMs, 0);
    int bytes = random.nextInt(20) == 0 ? 3_000 : 1 + random.nextInt(700);
    EnvelopeId id = new EnvelopeId(place, random.nextLong());
    StoredEnvelope envelope = new StoredEnvelope(id, Buffer.buffer(new byte[bytes]));
    mailbox.put(place, envelope);
    byBytes.put(envelope.bytes(), envelope);
    rings += ring ? 1 : 0;
  }

  /** A failover: the youngest entries are lost and ids are given out again. */
  void failOver() {
    for (int lost = random.nextInt(4); lost > 0 && !mailbox.isEmpty(); lost--) {
      StoredEnvelope gone = mailbox.remove(mailbox.lastKey());
      waitingAtConnect.remove(gone.id());
    }
    lastMs = Math.max(0, lastMs - random.nextInt(10));
    idsStepBack = true;
    lastFirst = StreamId.START;
    apply(session.onReconnect());
  }

  /** Somebody else deletes an envelope: polling, or its time is up. */
  void expireOne() {
    if (!mailbox.isEmpty()) {
      waitingAtConnect.remove(mailbox.remove(mailbox.firstKey()).id());
    }
  }

  void hearRing() {
    if (rings > 0) {
      rings--;
      apply(session.onRing());
      apply(session.onOnlineRing());
    }
  }

  /** One more step of the read that is under way: Redis reads, then the answer comes. */
  void stepRead(boolean fail) {
    Effect.Read wanted = read;
    MailPage found = page;
    if (wanted == null) {
      return;
    }
    if (fail) {
      read = null;
      page = null;
      apply(session.onReadFailed(nowMs));
    } else if (found == null) {
      page = pageOf(wanted);
    } else {
      read = null;
      page = null;
      apply(session.onRead(found, nowMs));
    }
  }

  /** As Redis does, at times a shorter one than is asked for. */
  private MailPage pageOf(Effect.Read wanted) {
    int max = random.nextInt(4) == 0 ? 1 : wanted.countMax();
    List<StoredEnvelope> found =
        mailbox.tailMap(wanted.after(), false).values().stream().limit(max).toList();
    return new MailPage(found, found.size() == max);
  }

  void answerOnlineRead() {
    if (readingOnline) {
      readingOnline = false;
      apply(session.onOnlineRead(List.of(), nowMs));
    }
  }

  /** One more step of the deletion that is under way; its reply may be lost after it was done. */
  void stepDeletion(boolean fail) {
    List<EnvelopeId> ids = deletion;
    if (ids == null) {
      return;
    }
    if (!fail && !deleted) {
      delete(ids);
      deleted = true;
      return;
    }
    deletion = null;
    deleted = false;
    apply(fail ? session.onAcknowledgeFailed(nowMs) : session.onAcknowledged());
  }

  private void delete(List<EnvelopeId> ids) {
    for (EnvelopeId id : ids) {
      StoredEnvelope there = mailbox.get(id.streamId());
      if (there != null && there.id().equals(id)) {
        mailbox.remove(id.streamId());
      }
    }
  }

  void writeAll() {
    while (!unwritten.isEmpty()) {
      long requestId = unwritten.remove();
      Seen envelope = seenOf(requestId);
      if (envelope != null) {
        envelope.sinceMs = nowMs;
      }
      apply(session.onWritten(requestId, nowMs));
    }
  }

  void setWritable(boolean writable) {
    this.writable = writable;
    apply(session.onWritable(writable));
  }

  void passTime(long ms) {
    writeAll();
    nowMs += ms;
    for (Seen envelope : seen.values()) {
      if (envelope.inFlight && nowMs - envelope.sinceMs >= DEADLINE_MS) {
        envelope.inFlight = false;
        envelope.mayComeAgain = true;
      }
    }
    apply(session.onTick(nowMs));
  }

  void sweep() {
    apply(session.onSweep());
  }

  void drain() {
    apply(session.onEnd(CloseCode.RESTART));
    assertEquals(CloseCode.RESTART, closed);
  }

  /** The client answers one of its requests, one that it answered before, or one it never got. */
  void answerSome(int status) {
    List<Long> known = List.copyOf(requests.keySet());
    long requestId =
        known.isEmpty() || random.nextInt(20) == 0
            ? random.nextLong()
            : known.get(random.nextInt(known.size()));
    answer(requestId, status);
  }

  void ackAll() {
    List.copyOf(requests.keySet()).forEach(requestId -> answer(requestId, 200));
  }

  void ackAllIf(boolean all) {
    if (all) {
      ackAll();
    }
  }

  private void answer(long requestId, int status) {
    Seen envelope = seenOf(requestId);
    if (envelope != null && !envelope.acked) {
      if (status == 200) {
        envelope.acked = true;
        envelope.inFlight = false;
      } else if (envelope.requestId == requestId && envelope.inFlight) {
        envelope.inFlight = false;
        envelope.mayComeAgain = true;
      }
    }
    apply(session.onResponse(requestId, status));
  }

  private @Nullable Seen seenOf(long requestId) {
    EnvelopeId id = requests.get(requestId);
    return id == null ? null : seen.get(id);
  }

  private void apply(List<Effect> effects) {
    for (Effect effect : effects) {
      if (closed != null) {
        assertTrue(effect instanceof Effect.Acknowledge, () -> "after close: " + effect);
      }
      if (effect instanceof Effect.Deliver deliver) {
        deliver(deliver);
      } else if (effect instanceof Effect.Read wanted) {
        assertNull(read, "two reads at once");
        assertTrue(writable, "reads for a socket that takes nothing");
        read = wanted;
      } else if (effect instanceof Effect.ReadOnline) {
        assertTrue(!readingOnline, "two pops at once");
        readingOnline = true;
      } else if (effect instanceof Effect.Acknowledge acknowledge) {
        acknowledge(acknowledge.ids());
      } else if (effect instanceof Effect.SendQueueEmpty empty) {
        queueEmpty(empty);
      } else if (effect instanceof Effect.GiveUp giveUp) {
        givenUp.add(giveUp.id());
      } else if (effect instanceof Effect.Close close) {
        close(close.code());
      }
    }
  }

  private void deliver(Effect.Deliver deliver) {
    newRequestId(deliver.requestId());
    StoredEnvelope envelope = Objects.requireNonNull(byBytes.get(deliver.bytes()));
    EnvelopeId id = envelope.id();
    assertEquals(envelope.serverTimestampMs(), deliver.serverTimestampMs());
    Seen before = seen.computeIfAbsent(id, absent -> new Seen(deliver.bytes().length()));
    assertTrue(!before.acked, "sent again after its ack");
    assertTrue(!before.inFlight, "sent again while in flight");
    assertTrue(before.deliveries == 0 || before.mayComeAgain, "sent again without a reason");
    assertTrue(before.deliveries < 2, "sent a third time");
    if (before.deliveries == 0) {
      assertTrue(id.streamId().compareTo(lastFirst) > 0 || idsStepBack, "out of order");
      lastFirst = id.streamId();
    }
    before.deliveries++;
    before.inFlight = true;
    before.mayComeAgain = false;
    before.requestId = deliver.requestId();
    before.sinceMs = nowMs;
    deliveries++;
    requests.put(deliver.requestId(), id);
    unwritten.add(deliver.requestId());
    assertWindow();
  }

  private void assertWindow() {
    List<Seen> inFlight = seen.values().stream().filter(envelope -> envelope.inFlight).toList();
    int bytes = inFlight.stream().mapToInt(envelope -> envelope.bytes).sum();
    assertTrue(inFlight.size() <= WINDOW_ENVELOPES, "window: " + inFlight.size());
    assertTrue(bytes <= WINDOW_BYTES || inFlight.size() == 1, "window bytes: " + bytes);
  }

  private void newRequestId(long requestId) {
    assertTrue(requestId > lastRequestId, "request id used twice");
    lastRequestId = requestId;
  }

  private void acknowledge(List<EnvelopeId> ids) {
    assertTrue(ids.size() <= PendingAcks.BATCH_MAX && !ids.isEmpty());
    for (EnvelopeId id : ids) {
      Seen envelope = seen.get(id);
      assertNotNull(envelope, "deletes what was never sent");
      assertTrue(envelope.acked, "deletes what is not acked");
    }
    if (closed == null && session.isOpen()) {
      assertNull(deletion, "two deletions at once");
      deletion = ids;
    } else {
      delete(ids);
    }
  }

  private void queueEmpty(Effect.SendQueueEmpty empty) {
    newRequestId(empty.requestId());
    assertTrue(!queueEmpty, "queue/empty twice");
    queueEmpty = true;
    for (EnvelopeId id : waitingAtConnect) {
      assertTrue(seen.containsKey(id), "queue/empty before what was waiting");
    }
  }

  private void close(CloseCode code) {
    closed = code;
    if (code == CloseCode.NOT_ACKNOWLEDGED || code == CloseCode.REFUSED) {
      assertTrue(!givenUp.isEmpty(), "gave up without an envelope");
      for (EnvelopeId id : givenUp) {
        Seen envelope = seen.get(id);
        assertNotNull(envelope);
        assertEquals(2, envelope.deliveries);
        assertTrue(!envelope.acked && envelope.mayComeAgain, "gave up on what did not fail twice");
      }
    }
  }

  boolean isQueueEmptySent() {
    return queueEmpty;
  }
}
