package io.restante.session;

import io.restante.mailbox.EnvelopeId;
import io.restante.mailbox.MailPage;
import io.restante.mailbox.OnlineEnvelope;
import io.restante.mailbox.StoredEnvelope;
import io.restante.mailbox.StreamId;
import io.restante.session.SentEnvelopes.Sent;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The live session of one device: what to read, send, delete and close, and when. Pure: it owns no
 * socket, timer or clock, and every input answers with what is to be done.
 *
 * <ul>
 *   <li>Envelopes go out in the order of the mailbox. What is sent and not acked never exceeds the
 *       window, in count and bytes, but for a single envelope larger than the window, and for what
 *       one pop of online envelopes brings.
 *   <li>Nothing is read that would not fit, so a slow client holds back only its own reading.
 *   <li>One read is under way at a time; a ring meanwhile makes another follow.
 *   <li>A sweep and a return of the subscription read from the start, less what is in flight.
 *   <li>Nothing acked is sent again. An envelope that is refused, or not acked in time, is sent
 *       once more under another request id, then the session closes with 4408. An ack of either id
 *       counts.
 *   <li>{@code queue/empty} is sent once, when a run of reads from the start has come to an end and
 *       all of it has been sent.
 * </ul>
 *
 * <p>Not thread-safe: all inputs come on the socket's event loop.
 */
public final class DeviceSession {
  /** Envelopes of one read. */
  static final int READ_MAX = 100;

  /** Online envelopes of one pop. */
  static final int ONLINE_READ_MAX = 8;

  /** Acked envelopes whose deletion is not confirmed; with more of them nothing is read. */
  static final int UNCONFIRMED_MAX = PendingAcks.BATCH_MAX;

  private static final int ATTEMPTS_MAX = 2;

  private final SentEnvelopes window;
  private final PendingAcks acks = new PendingAcks();
  private final RetryPause mailRetry = new RetryPause();
  private final RetryPause ackRetry = new RetryPause();
  private final OnlineReads online = new OnlineReads();
  private final StockNotices stock;

  private Phase phase = Phase.OPEN;
  private boolean writable = true;
  private long nextRequestId = 1;
  private boolean queueEmptySent;
  private Set<EnvelopeId> setAside = Set.of();

  private StreamId cursor = StreamId.START;
  private boolean wantsRead;
  private boolean wantsRestart;
  private boolean reading;

  /** Bytes of the envelope that did not fit; nothing is read until it would. */
  private int neededBytes;

  private List<Effect> effects = new ArrayList<>();

  /** A session on a socket whose doorbell is not open yet. */
  DeviceSession(SessionConfig config, StockNotices stock) {
    this.window = new SentEnvelopes(config);
    this.stock = stock;
  }

  /**
   * The doorbell is open: what is in the mailbox now was waiting at the connect. Envelopes that
   * failed too many sessions stay for polls, and are not sent.
   */
  public List<Effect> onOpened(Set<EnvelopeId> failed) {
    setAside = failed;
    stock.want();
    return readAllAgain();
  }

  /** The doorbell rang for the mailbox. */
  public List<Effect> onRing() {
    wantsRead = true;
    return act();
  }

  /** The doorbell rang for what is for live sessions only. */
  public List<Effect> onOnlineRing() {
    online.want();
    return act();
  }

  /** A gateway says that prekeys of this device run low. */
  public List<Effect> onLowStock() {
    stock.want();
    return act();
  }

  /** What {@link Effect.ReadStock} found: counts where some are low, otherwise null. */
  public List<Effect> onStockRead(@Nullable Buffer lowCounts, long nowMs) {
    stock.succeed(lowCounts != null, nowMs);
    if (lowCounts != null && phase == Phase.OPEN) {
      effects.add(new Effect.TellStock(nextRequestId++, lowCounts));
    }
    return act();
  }

  /** It failed; it is tried again later. */
  public List<Effect> onStockReadFailed(long nowMs) {
    stock.fail(nowMs);
    return act();
  }

  /** The doorbell is back after a loss. */
  public List<Effect> onReconnect() {
    return readAllAgain();
  }

  /** It is time to look for what a lost doorbell missed. */
  public List<Effect> onSweep() {
    if (phase == Phase.OPEN) {
      effects.add(new Effect.CheckNewest());
    }
    return readAllAgain();
  }

  private List<Effect> readAllAgain() {
    wantsRestart = true;
    online.want();
    return act();
  }

  /** What {@link Effect.Read} found. */
  public List<Effect> onRead(MailPage page, long nowMs) {
    reading = false;
    mailRetry.succeed();
    // A page that was asked for before the wish to start again is dropped: what goes again now
    // comes before it.
    if (phase == Phase.OPEN && !wantsRestart) {
      take(page, nowMs);
    }
    acks.forgetDeleted();
    return act();
  }

  /** {@link Effect.Read} failed; it is tried again later. */
  public List<Effect> onReadFailed(long nowMs) {
    reading = false;
    wantsRead = true;
    mailRetry.fail(nowMs);
    acks.forgetDeleted();
    return act();
  }

  private void take(MailPage page, long nowMs) {
    for (StoredEnvelope envelope : page.envelopes()) {
      if (!isKnown(envelope.id())) {
        int bytes = envelope.bytes().length();
        if (!writable || !window.fits(bytes)) {
          neededBytes = bytes;
          wantsRead = true;
          return;
        }
        long requestId = nextRequestId++;
        window.send(envelope.id(), bytes, requestId, nowMs);
        effects.add(new Effect.Deliver(requestId, envelope.serverTimestampMs(), envelope.bytes()));
      }
      cursor = envelope.place();
    }
    if (page.more()) {
      wantsRead = true;
      return;
    }
    // The end. Whatever was to be sent again and was not met is gone from the mailbox.
    window.removeLanded();
    if (!queueEmptySent) {
      queueEmptySent = true;
      effects.add(new Effect.SendQueueEmpty(nextRequestId++));
    }
  }

  private boolean isKnown(EnvelopeId id) {
    Sent sent = window.ofEnvelope(id);
    return acks.contains(id) || setAside.contains(id) || (sent != null && sent.inFlight());
  }

  /** What {@link Effect.ReadOnline} took. It has left Redis, so all of it is sent. */
  public List<Effect> onOnlineRead(List<OnlineEnvelope> envelopes, long nowMs) {
    online.succeed(envelopes.size());
    if (phase == Phase.OPEN) {
      for (OnlineEnvelope envelope : envelopes) {
        long requestId = nextRequestId++;
        window.sendOnline(envelope.bytes().length(), requestId, nowMs);
        effects.add(new Effect.Deliver(requestId, envelope.serverTimestampMs(), envelope.bytes()));
      }
    }
    return act();
  }

  /** {@link Effect.ReadOnline} failed; it is tried again later. */
  public List<Effect> onOnlineReadFailed(long nowMs) {
    online.fail(nowMs);
    return act();
  }

  /** The socket has taken the envelope of this request. */
  public List<Effect> onWritten(long requestId, long nowMs) {
    window.written(requestId, nowMs);
    return act();
  }

  /** The client answered a request; one that is not known, or answered already, is passed over. */
  public List<Effect> onResponse(long requestId, int status) {
    Sent sent = window.ofRequest(requestId);
    if (sent != null && phase != Phase.CLOSED) {
      if (status >= 200 && status < 300) {
        acknowledge(sent);
      } else if (phase == Phase.OPEN && sent.isInFlightBy(requestId)) {
        fail(List.of(sent), CloseCode.REFUSED);
      }
    }
    return act();
  }

  private void acknowledge(Sent sent) {
    window.remove(sent);
    EnvelopeId id = sent.id();
    if (id != null) {
      acks.add(id);
    }
    if (phase == Phase.CLOSING) {
      flushAcks();
    }
  }

  /** Attempts failed: once more through the mailbox, then the end. */
  private void fail(List<Sent> failed, CloseCode code) {
    boolean over = false;
    for (Sent sent : failed) {
      EnvelopeId id = sent.id();
      if (id == null) {
        window.remove(sent);
      } else if (sent.isStalled()) {
        // The socket's fault and not the envelope's.
        over = true;
      } else if (sent.attempts() >= ATTEMPTS_MAX) {
        effects.add(new Effect.GiveUp(id));
        over = true;
      } else {
        window.land(sent);
        wantsRestart = true;
      }
    }
    if (over) {
      close(code);
    }
  }

  /** {@link Effect.Acknowledge} is done. */
  public List<Effect> onAcknowledged() {
    acks.confirm(reading);
    ackRetry.succeed();
    return act();
  }

  /** {@link Effect.Acknowledge} failed; it is tried again later. */
  public List<Effect> onAcknowledgeFailed(long nowMs) {
    acks.putBack();
    ackRetry.fail(nowMs);
    return act();
  }

  /** Time has passed: at the latest to be told at {@link #wakeAtMs}. */
  public List<Effect> onTick(long nowMs) {
    mailRetry.tick(nowMs);
    online.tick(nowMs);
    stock.tick(nowMs);
    ackRetry.tick(nowMs);
    if (phase == Phase.OPEN) {
      fail(window.overdue(nowMs), CloseCode.NOT_ACKNOWLEDGED);
    }
    return act();
  }

  /** The socket takes no more for now, or takes more again. */
  public List<Effect> onWritable(boolean writable) {
    this.writable = writable;
    return act();
  }

  /** It is over: the credentials no longer hold, a newer session is here, the gateway ends. */
  public List<Effect> onEnd(CloseCode code) {
    close(code);
    return act();
  }

  /** The socket is gone: the last acks are deleted, and nothing follows. */
  public List<Effect> onClosed() {
    flushAcks();
    phase = Phase.CLOSED;
    return act();
  }

  private void close(CloseCode code) {
    if (phase == Phase.OPEN) {
      phase = Phase.CLOSING;
      flushAcks();
      effects.add(new Effect.Close(code));
    }
  }

  /** Deletes at once what waits: nobody sees to it later. */
  private void flushAcks() {
    for (List<EnvelopeId> ids = acks.take(); !ids.isEmpty(); ids = acks.take()) {
      effects.add(new Effect.Acknowledge(ids));
    }
  }

  /** Whether it still wants its inputs. */
  public boolean isOpen() {
    return phase == Phase.OPEN;
  }

  /** Envelopes that are sent and not acked. */
  public int inFlight() {
    return window.inFlight();
  }

  /** Whether mail may wait that the client has not acked. */
  public boolean mayLeaveMail() {
    return window.inFlight() > 0 || wantsRead || wantsRestart || reading || !queueEmptySent;
  }

  /** When {@link #onTick} has something to do; empty where time alone changes nothing. */
  public OptionalLong wakeAtMs() {
    if (phase != Phase.OPEN) {
      return OptionalLong.empty();
    }
    long wake = window.nextDeadlineMs().orElse(Long.MAX_VALUE);
    wake = Math.min(wake, Math.min(mailRetry.atMs(), ackRetry.atMs()));
    wake = Math.min(wake, Math.min(online.wakeAtMs(), stock.wakeAtMs()));
    return wake == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(wake);
  }

  /** Adds what the state calls for, and hands over all effects. */
  private List<Effect> act() {
    if (phase == Phase.OPEN) {
      deleteAcked();
      read();
      add(writable ? online.next(window) : null);
      add(writable ? stock.next() : null);
    }
    List<Effect> done = effects;
    effects = new ArrayList<>();
    return done;
  }

  private void add(@Nullable Effect effect) {
    if (effect != null) {
      effects.add(effect);
    }
  }

  private void deleteAcked() {
    if (!ackRetry.isWaiting()) {
      List<EnvelopeId> ids = acks.next();
      if (!ids.isEmpty()) {
        effects.add(new Effect.Acknowledge(ids));
      }
    }
  }

  private void read() {
    boolean wanted = wantsRead || wantsRestart;
    int needed = wantsRestart ? 1 : Math.max(1, neededBytes);
    if (!wanted || reading || mailRetry.isWaiting() || acks.size() >= UNCONFIRMED_MAX) {
      return;
    }
    if (!writable || !window.fits(needed)) {
      return;
    }
    if (wantsRestart) {
      cursor = StreamId.START;
    }
    wantsRead = false;
    wantsRestart = false;
    neededBytes = 0;
    reading = true;
    // As many as should fit, and those that a read may meet without sending them.
    int met = window.inFlight() + acks.size() + setAside.size();
    effects.add(new Effect.Read(cursor, (int) Math.min(READ_MAX, window.roomCount() + met)));
  }
}
