package io.restante.storm;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.restante.faults.Curtain;
import io.restante.faults.Span;
import io.restante.storm.DeviceSocket.EndedException;
import io.restante.storm.Event.Acked;
import io.restante.storm.Event.Attends;
import io.restante.storm.Event.Cause;
import io.restante.storm.Event.Closed;
import io.restante.storm.Event.Confirmed;
import io.restante.storm.Event.Delivered;
import io.restante.storm.Event.Emptied;
import io.restante.storm.Event.Opened;
import io.restante.storm.Event.Other;
import io.restante.testing.client.Ask;
import io.restante.testing.client.Incoming;
import io.restante.testing.wire.Wire.Request;
import io.restante.testing.wire.Wire.Response;
import io.restante.testing.wire.Wire.SocketFrame;
import io.restante.testing.wire.Wire.WireEnvelope;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One session of a device on a socket, with a temper. Used by one thread. */
final class Visit {
  private static final int FRAMES_MAX = 64;
  private static final int SLOW_MS_MAX = 900;
  private static final int STALL_MS_MAX = 4_500;
  private static final long ANSWER_NANOS_MAX = TimeUnit.SECONDS.toNanos(10);
  private static final long CONFIRM_NANOS = TimeUnit.MILLISECONDS.toNanos(300);
  private static final Ask KEEPALIVE = Ask.get("/v1/keepalive");

  /** A request that waits for its answer; without letter it only asks whether acks were heard. */
  private record Asked(long from, @Nullable Letter letter) {}

  /** An ack that is held back. */
  private record Held(long dueNanos, long requestId, String guid) {}

  private final Journal journal;
  private final Member member;
  private final Random random;
  private final Temper temper;
  private final Outbox outbox;
  private final DeviceSocket socket;
  private final int session;
  private final Map<Long, Asked> asked = new LinkedHashMap<>();
  private final List<Held> held = new ArrayList<>();
  private final Set<String> refused = new HashSet<>();
  private long nextId = 1;
  private boolean attends;
  private boolean emptied;
  private boolean over;
  private int unconfirmed;
  private long stalledUntil = System.nanoTime();
  private long aliveAt;
  private long readAt = System.nanoTime();

  private Visit(
      Journal journal,
      Member member,
      Random random,
      Temper temper,
      Outbox outbox,
      DeviceSocket socket,
      int session) {
    this.journal = journal;
    this.member = member;
    this.random = random;
    this.temper = temper;
    this.outbox = outbox;
    this.socket = socket;
    this.session = session;
    this.aliveAt = journal.now();
  }

  /** Opens a socket; nothing where that is refused or fails. */
  static Optional<Visit> open(
      Journal journal, Member member, Random random, Temper temper, Outbox outbox, int port) {
    long from = journal.now();
    int status = Event.LOST;
    try {
      DeviceSocket socket = new DeviceSocket(port, member.authorization());
      int session = journal.nextSession();
      journal.add(new Opened(journal.since(from), member.device(), session));
      Visit visit = new Visit(journal, member, random, temper, outbox, socket, session);
      if (temper == Temper.ATTENTIVE) {
        visit.attend();
      }
      return Optional.of(visit);
    } catch (DeviceSocket.RefusedException e) {
      status = e.status();
    } catch (IOException e) {
      // Lost.
    }
    journal.add(new Other(journal.since(from), member.device(), StatusRule.UPGRADE, 101, status));
    return Optional.empty();
  }

  /** From now on it reads and acks at once, whatever its temper is. */
  void attend() {
    if (!attends) {
      attends = true;
      stalledUntil = System.nanoTime();
      journal.add(new Attends(journal.at(), member.device(), session));
    }
  }

  boolean isOver() {
    return over;
  }

  /** Whether all that had waited at the connect has come. */
  boolean isEmptied() {
    return emptied;
  }

  /** Whether everything it said was heard, and nothing came for so long. */
  boolean isQuiet(long nanos) {
    return asked.isEmpty()
        && held.isEmpty()
        && unconfirmed == 0
        && System.nanoTime() - readAt >= nanos;
  }

  /** How many letters wait for their answer. */
  long sending() {
    return asked.values().stream().filter(each -> each.letter() != null).count();
  }

  /** Reads what comes within so long a time, and says what is due. */
  void step(Curtain curtain, int waitMs) {
    try {
      ackDue();
      confirm();
      if (System.nanoTime() - stalledUntil < 0) {
        curtain.pause(waitMs);
        return;
      }
      // An end may lie behind what is not read yet: it lived when there was nothing to be read.
      long readBy = journal.now();
      SocketFrame frame = socket.next(waitMs);
      for (int i = 0; frame != null && i < FRAMES_MAX; i++) {
        readAt = System.nanoTime();
        take(frame);
        readBy = journal.now();
        frame = socket.next(1);
      }
      if (frame == null) {
        aliveAt = readBy;
      } else {
        take(frame);
      }
      boolean waitsInVain =
          asked.values().stream().anyMatch(each -> journal.now() - each.from() > ANSWER_NANOS_MAX);
      if (waitsInVain) {
        socket.close();
        end(DeviceSocket.ABNORMAL, Cause.GATEWAY);
      }
    } catch (EndedException e) {
      socket.close();
      end(e.code(), Cause.GATEWAY);
    }
  }

  private void take(SocketFrame frame) throws EndedException {
    if (frame.getType() == SocketFrame.Type.RESPONSE) {
      answered(frame.getResponse());
      return;
    }
    Incoming incoming = new Incoming(frame.getRequest());
    if (incoming.isMessage()) {
      message(frame.getRequest());
    } else if (incoming.isQueueEmpty()) {
      emptied = true;
      journal.add(new Emptied(journal.at(), member.device(), session));
      if (random.nextBoolean()) {
        answer(frame.getRequest().getId(), random.nextBoolean() ? 200 : 400);
      }
    }
  }

  private void message(Request request) throws EndedException {
    WireEnvelope envelope;
    try {
      envelope = WireEnvelope.parseFrom(request.getBody());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("no envelope", e);
    }
    String digest = Digests.of(envelope.getContent().toByteArray());
    String guid = envelope.getServerGuid();
    journal.add(
        new Delivered(
            journal.at(),
            member.device(),
            session,
            guid,
            envelope.getServerTimestamp(),
            envelope.hasSourceServiceId()
                ? envelope.getSourceServiceId() + '.' + envelope.getSourceDevice()
                : Event.SEALED,
            digest));
    if (attends) {
      ack(request.getId(), guid);
    } else {
      answerByTemper(request.getId(), guid, digest);
    }
  }

  private void answerByTemper(long id, String guid, String digest) throws EndedException {
    switch (temper) {
      case SLOW -> hold(id, guid, random.nextInt(SLOW_MS_MAX));
      case TWICE -> {
        ack(id, guid);
        hold(id, guid, random.nextInt(SLOW_MS_MAX));
      }
      case REFUSING -> {
        // Of a session's two attempts only one, so that it is not the session that ends.
        if (guid.charAt(guid.length() - 1) < '4' && refused.add(guid)) {
          answer(id, 500);
        } else {
          ack(id, guid);
        }
      }
      case LYING -> {
        answer(id + 1_000_003, 200);
        answer(-id, 200);
        ack(id, guid);
        answer(0, 500);
      }
      case STALLING -> {
        ack(id, guid);
        if (random.nextInt(6) == 0) {
          stalledUntil =
              System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(random.nextInt(STALL_MS_MAX));
        }
      }
      case STUBBORN -> {
        if (digest.charAt(0) == '0') {
          answer(id, 500);
        } else {
          ack(id, guid);
        }
      }
      case ATTENTIVE -> ack(id, guid);
    }
  }

  private void hold(long requestId, String guid, int ms) {
    long due = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ms);
    held.add(new Held(due, requestId, guid));
  }

  private void ackDue() throws EndedException {
    List<Held> due =
        held.stream().filter(each -> attends || System.nanoTime() - each.dueNanos() >= 0).toList();
    held.removeAll(due);
    for (Held each : due) {
      ack(each.requestId(), each.guid());
    }
  }

  private void ack(long requestId, String guid) throws EndedException {
    answer(requestId, 200);
    unconfirmed++;
    journal.add(new Acked(journal.at(), member.device(), session, guid));
  }

  private void answer(long requestId, int status) throws EndedException {
    Response response =
        Response.newBuilder().setId(requestId).setStatus(status).setMessage("").build();
    socket.send(
        SocketFrame.newBuilder().setType(SocketFrame.Type.RESPONSE).setResponse(response).build());
  }

  /** Asks something where acks were sent since the last time, to know that they were heard. */
  private void confirm() throws EndedException {
    boolean due =
        asked.values().stream().allMatch(each -> journal.now() - each.from() > CONFIRM_NANOS);
    if (unconfirmed > 0 && (asked.isEmpty() || due)) {
      ask(KEEPALIVE, null);
    }
  }

  /** Sends a letter, whose answer comes later. */
  void send(Letter letter) {
    try {
      ask(letter.ask(), letter);
    } catch (EndedException e) {
      socket.close();
      end(e.code(), Cause.GATEWAY);
    }
  }

  private void ask(Ask ask, @Nullable Letter letter) throws EndedException {
    long id = nextId++;
    asked.put(id, new Asked(journal.now(), letter));
    unconfirmed = 0;
    Request.Builder request =
        Request.newBuilder().setId(id).setVerb(ask.method()).setPath(ask.path());
    ask.headers().forEach((name, value) -> request.addHeaders(name + ": " + value));
    if (ask.body() != null) {
      request.setBody(ByteString.copyFrom(ask.body()));
    }
    socket.send(
        SocketFrame.newBuilder().setType(SocketFrame.Type.REQUEST).setRequest(request).build());
  }

  private void answered(Response response) {
    Asked answered = asked.remove(response.getId());
    if (answered == null) {
      throw new IllegalStateException("an answer to nothing: " + response.getId());
    }
    Span span = journal.since(answered.from());
    journal.add(new Confirmed(span, member.device(), session));
    Letter letter = answered.letter();
    if (letter == null) {
      journal.add(new Other(span, member.device(), "keepalive", 200, response.getStatus()));
    } else {
      outbox.done(letter, span, response.getStatus());
    }
  }

  /** Goes: with a close frame, without one, or by way of bytes that are no frame. */
  void leave() {
    if (temper == Temper.LYING && !attends) {
      endByGarbage();
    } else if (random.nextBoolean()) {
      socket.leave();
      end(1000, Cause.DEVICE);
    } else {
      drop();
    }
  }

  /** Goes without a word. */
  void drop() {
    socket.close();
    end(DeviceSocket.ABNORMAL, Cause.DEVICE);
  }

  private void endByGarbage() {
    try {
      socket.send(new byte[] {(byte) 0xff, (byte) 0xff, (byte) 0xff});
      long deadline = System.nanoTime() + ANSWER_NANOS_MAX;
      for (long left = ANSWER_NANOS_MAX; left > 0; left = deadline - System.nanoTime()) {
        SocketFrame frame = socket.next(1 + (int) TimeUnit.NANOSECONDS.toMillis(left));
        if (frame != null && frame.getType() == SocketFrame.Type.RESPONSE) {
          answered(frame.getResponse());
        }
      }
      end(StatusRule.UNTOLD, Cause.GARBAGE);
    } catch (EndedException e) {
      end(e.code(), Cause.GARBAGE);
    }
    socket.close();
  }

  private void end(int code, Cause cause) {
    if (over) {
      return;
    }
    over = true;
    journal.add(new Closed(journal.since(aliveAt), member.device(), session, code, cause));
    List<Asked> lost = List.copyOf(asked.values());
    asked.clear();
    for (Asked each : lost) {
      if (each.letter() != null) {
        outbox.done(each.letter(), journal.since(each.from()), Event.SESSION_ENDED);
      }
    }
  }
}
