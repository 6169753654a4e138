package io.restante.session;

import io.restante.account.Caller;
import io.restante.account.Credentials;
import io.restante.delivery.Departures;
import io.restante.mailbox.Doorbell;
import io.restante.mailbox.EnvelopeId;
import io.restante.mailbox.MailboxStore;
import io.restante.protocol.EnvelopeCodec;
import io.restante.protocol.Frame;
import io.restante.protocol.SignalingKey;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A device's socket: input and output, timers and metrics of its {@link DeviceSession}. */
final class SessionSocket implements SessionRegistry.OpenSocket, Doorbell.Listener {
  /** What every session of an event loop uses. */
  record Parts(
      Vertx vertx,
      SessionConfig config,
      Credentials credentials,
      MailboxStore mailbox,
      Doorbell doorbell,
      Stock stock,
      Departures departures,
      SessionMeters meters,
      Rota sweeps,
      Rota rechecks) {}

  private static final String VERB = "PUT";
  private static final String MESSAGE_PATH = "/api/v1/message";
  private static final String QUEUE_EMPTY_PATH = "/api/v1/queue/empty";
  private static final String LOW_STOCK_PATH = "/api/v1/prekeys/low";
  private static final String JSON = "Content-Type: application/json";

  /** The same for all, as the contract says: who has an envelope sealed does not ask. */
  private static final String SIGNAL_KEY = "X-Signal-Key: false";

  private static final String TIMESTAMP = "X-Signal-Timestamp: ";
  private static final long NO_TIMER = -1;

  /** How long requests under way may take to be answered once the credentials are revoked. */
  private static final int ANSWERS_MS_MAX = 2_000;

  /**
   * Before anything is sent to a client of generation A. Its WebSocket (okhttp 2.2) reads frames
   * from the socket anew, and loses what came in one segment with the answer to its upgrade.
   */
  private static final int GENERATION_A_PAUSE_MS = 100;

  private final Parts parts;
  private final Context context;
  private final Caller caller;
  private final FrameSocket frames;
  private final DeviceSession session;
  private final EffectQueue effects = new EffectQueue(this::perform, this::scheduleTick);
  private Doorbell.@Nullable Session doorbell;
  private boolean writable = true;
  private boolean closed;
  private Rota.@Nullable Place sweeps;
  private Rota.@Nullable Place rechecks;
  private long tickTimer = NO_TIMER;
  private long tickAtMs = Long.MAX_VALUE;

  SessionSocket(
      Parts parts, Context context, Caller caller, FrameSocket frames, boolean hearsStock) {
    this.parts = parts;
    this.context = context;
    this.caller = caller;
    this.frames = frames;
    this.session =
        new DeviceSession(parts.config(), new StockNotices(hearsStock, parts.stock().intervalMs()));
  }

  void open(Runnable onClose) {
    frames.open(
        this::onResponse,
        () -> onWritable(true),
        () -> {
          onClosed();
          onClose.run();
        });
    rechecks = parts.rechecks().join(this::recheckNow);
    if (caller.signalingKey() == null) {
      begin();
    } else {
      parts.vertx().setTimer(GENERATION_A_PAUSE_MS, id -> begin());
    }
  }

  private void begin() {
    if (closed) {
      return;
    }
    // First the doorbell, then the mailbox: what comes between is heard.
    parts
        .doorbell()
        .open(caller.address(), this)
        .onSuccess(this::onDoorbell)
        .onFailure(failure -> frames.close(CloseCode.TRY_LATER));
  }

  private void onDoorbell(Doorbell.Session opened) {
    if (closed) {
      opened.close();
      return;
    }
    doorbell = opened;
    parts
        .mailbox()
        .setAside(caller.address())
        .onSuccess(this::onReady)
        .onFailure(failure -> frames.close(CloseCode.TRY_LATER));
  }

  private void onReady(Set<EnvelopeId> setAside) {
    if (!closed) {
      sweeps = parts.sweeps().join(() -> perform(session.onSweep()));
      perform(session.onOpened(setAside));
    }
  }

  private static void leave(Rota.@Nullable Place place) {
    if (place != null) {
      place.leave();
    }
  }

  private static long nowMs() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }

  private void onResponse(Frame.Response response) {
    perform(session.onResponse(response.id(), response.status()));
  }

  private void onWritable(boolean now) {
    if (writable != now) {
      writable = now;
      perform(session.onWritable(now));
    }
  }

  private void onClosed() {
    closed = true;
    leave(sweeps);
    leave(rechecks);
    Doorbell.Session open = doorbell;
    if (open != null) {
      open.close();
    }
    if (session.mayLeaveMail()) {
      parts.departures().left(caller.address());
    }
    perform(session.onClosed());
    parts.vertx().cancelTimer(tickTimer);
  }

  @Override
  public boolean isGone() {
    return closed;
  }

  @Override
  public void onRing() {
    perform(session.onRing());
  }

  @Override
  public void onOnlineRing() {
    perform(session.onOnlineRing());
  }

  @Override
  public void onLowStock() {
    perform(session.onLowStock());
  }

  @Override
  public void onDisplaced() {
    if (!frames.isClosing()) {
      // Should it fail, they may go on for one more round.
      parts.doorbell().countDisplaced(caller.address());
    }
    perform(session.onEnd(CloseCode.DISPLACED));
  }

  @Override
  public void onReconnect() {
    perform(session.onReconnect());
  }

  @Override
  public UUID aci() {
    return caller.aci();
  }

  @Override
  public void recheck() {
    context.runOnContext(now -> recheckNow());
  }

  private void recheckNow() {
    // A failure tells nothing about the credentials; the next check will.
    parts
        .credentials()
        .isCurrent(caller)
        .onSuccess(
            current -> {
              if (!current) {
                perform(session.onEnd(CloseCode.REVOKED));
              }
            });
  }

  @Override
  public void drain() {
    context.runOnContext(now -> perform(session.onEnd(CloseCode.RESTART)));
  }

  private void perform(List<Effect> more) {
    try {
      effects.perform(more);
    } catch (RuntimeException defect) {
      // What was not done is the next session's: the mailbox has it.
      frames.close(CloseCode.DEFECT);
      throw defect;
    }
  }

  private void perform(Effect effect) {
    if (effect instanceof Effect.Deliver deliver) {
      deliver(deliver);
    } else if (effect instanceof Effect.Read read) {
      parts
          .mailbox()
          .read(caller.address(), read.after(), read.countMax())
          .onSuccess(page -> perform(session.onRead(page, nowMs())))
          .onFailure(failure -> perform(session.onReadFailed(nowMs())));
    } else if (effect instanceof Effect.ReadOnline read) {
      parts
          .mailbox()
          .popOnline(caller.address(), read.countMax())
          .onSuccess(popped -> perform(session.onOnlineRead(popped, nowMs())))
          .onFailure(failure -> perform(session.onOnlineReadFailed(nowMs())));
    } else if (effect instanceof Effect.Acknowledge acknowledge) {
      acknowledge(acknowledge.ids());
    } else if (effect instanceof Effect.SendQueueEmpty empty) {
      List<String> headers = List.of(TIMESTAMP + System.currentTimeMillis());
      frames.send(new Frame.Request(empty.requestId(), VERB, QUEUE_EMPTY_PATH, headers, null));
    } else if (effect instanceof Effect.ReadStock) {
      parts
          .stock()
          .low(caller.address())
          .onSuccess(low -> perform(session.onStockRead(low.orElse(null), nowMs())))
          .onFailure(failure -> perform(session.onStockReadFailed(nowMs())));
    } else if (effect instanceof Effect.TellStock tell) {
      List<String> headers = List.of(JSON, TIMESTAMP + System.currentTimeMillis());
      frames.send(
          new Frame.Request(tell.requestId(), VERB, LOW_STOCK_PATH, headers, tell.counts()));
      parts.meters().toldStock();
    } else if (effect instanceof Effect.CheckNewest) {
      Doorbell.Session open = doorbell;
      if (open != null) {
        open.check();
      }
    } else if (effect instanceof Effect.GiveUp gaveUp) {
      parts.meters().givenUp();
      // Should it fail, the envelope has one more session.
      parts.mailbox().fail(caller.address(), gaveUp.id());
    } else if (effect instanceof Effect.Close close) {
      close(close.code());
    }
  }

  private void close(CloseCode code) {
    // What revokes the credentials may be a request of this socket, and is answered then.
    if (code == CloseCode.REVOKED && frames.closeAnswered(code)) {
      parts.vertx().setTimer(ANSWERS_MS_MAX, id -> frames.close(code));
    } else {
      frames.close(code);
    }
  }

  private void deliver(Effect.Deliver deliver) {
    long id = deliver.requestId();
    SignalingKey key = caller.signalingKey();
    Buffer bytes =
        key == null ? deliver.bytes() : key.seal(EnvelopeCodec.namingSource(deliver.bytes()));
    List<String> headers = List.of(SIGNAL_KEY, TIMESTAMP + deliver.serverTimestampMs());
    // A failed write needs no answer: the socket closes, and the mailbox has the envelope.
    frames
        .send(new Frame.Request(id, VERB, MESSAGE_PATH, headers, bytes))
        .onSuccess(written -> perform(session.onWritten(id, nowMs())));
    parts.meters().delivered();
    if (frames.isFull()) {
      onWritable(false);
    }
  }

  private void acknowledge(List<EnvelopeId> ids) {
    parts
        .mailbox()
        .ack(caller.address(), ids)
        .onSuccess(deleted -> perform(session.onAcknowledged()))
        .onFailure(failure -> perform(session.onAcknowledgeFailed(nowMs())));
  }

  /** Keeps one timer, for the earliest moment at which time alone changes something. */
  private void scheduleTick() {
    OptionalLong wake = session.wakeAtMs();
    long atMs = wake.orElse(Long.MAX_VALUE);
    if (atMs == tickAtMs) {
      return;
    }
    // A later moment can wait until the timer has run: acks move it with every envelope.
    if (tickTimer != NO_TIMER && atMs > tickAtMs) {
      return;
    }
    if (tickTimer != NO_TIMER) {
      parts.vertx().cancelTimer(tickTimer);
    }
    tickAtMs = atMs;
    tickTimer = parts.vertx().setTimer(Math.max(1, atMs - nowMs()), id -> onTick());
  }

  private void onTick() {
    tickTimer = NO_TIMER;
    tickAtMs = Long.MAX_VALUE;
    perform(session.onTick(nowMs()));
  }
}
