package io.restante.push.apns;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.restante.push.HandAlarm;
import io.restante.push.Push;
import io.restante.push.PushOutcome;
import io.restante.push.PushSender;
import io.restante.push.apns.Connections.Times;
import io.restante.testing.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Senders on an event loop, to a server of the test, with a clock that the test sets. No answer is
 * overdue, and no connection is pinged, before the test says so.
 */
final class SenderBed implements AutoCloseable {
  static final String DEVICE = "0badcafe".repeat(8);
  static final int TIMEOUT_MS = 15_000;
  static final int CONNECTIONS_MAX = 2;
  private static final int CHECK_MS = 5;

  private final EventLoop loop = new EventLoop();
  private volatile Instant now = Instant.now();
  private final AtomicInteger readings = new AtomicInteger();
  private final HandAlarm answers = new HandAlarm();
  private final HandAlarm pings = new HandAlarm();
  private final List<Apns> opened = new ArrayList<>();

  EventLoop loop() {
    return loop;
  }

  Instant now() {
    return now;
  }

  private Instant read() {
    readings.incrementAndGet();
    return now;
  }

  /** Awaits that files and clock have been looked at since now, more than once. */
  void awaitChecks() {
    int before = readings.get();
    // Each look at the clock is a whole one at the files before it; the first may have begun.
    EventLoop.until("looks at the files", () -> readings.get() >= before + 3);
  }

  void setClock(Instant time) {
    now = time;
  }

  /** For pushes signed by the key of this file. */
  static ApnsConfig byKey(int port, Path key) {
    return config(port, new ApnsConfig.Token(key, AppleKey.KEY_ID, AppleKey.TEAM_ID), TIMEOUT_MS);
  }

  static ApnsConfig config(int port, ApnsConfig.Authentication authentication, int timeoutMs) {
    return new ApnsConfig(
        MockApple.TOPIC,
        URI.create("https://127.0.0.1:" + port),
        AppleTls.SERVER.ca(),
        authentication,
        timeoutMs,
        CONNECTIONS_MAX);
  }

  /** A sender that looks at its files all the time. */
  PushSender sender(ApnsConfig config) {
    return sender(config, CHECK_MS);
  }

  /** A sender that looks at its files each so many ms. */
  PushSender sender(ApnsConfig config, int checkMs) {
    return sender(config, checkMs, new Times(answers, pings));
  }

  /** A sender whose answers are overdue by the time of the configuration. */
  PushSender senderOfTime(ApnsConfig config) {
    return sender(config, CHECK_MS, Times.of(loop.vertx()));
  }

  private PushSender sender(ApnsConfig config, int checkMs, Times times) {
    Apns apns = loop.await(() -> Apns.open(loop.vertx(), config, this::read, checkMs, times));
    opened.add(apns);
    return loop.call(apns::sender);
  }

  /** Every answer that is awaited is overdue. */
  void timeIsUp() {
    answers.ring(loop);
  }

  /** The answer that is awaited for the longest time is overdue. */
  void firstTimeIsUp() {
    answers.ringFirst(loop);
  }

  /** Every connection is pinged. */
  void ping() {
    pings.ring(loop);
  }

  PushOutcome send(PushSender sender, Push push) {
    return loop.await(() -> sender.send(push));
  }

  /** Sends without waiting for what comes of it. */
  Future<PushOutcome> start(PushSender sender, Push push) {
    return loop.call(() -> sender.send(push));
  }

  /** An urgent push to the device. */
  Push push(@Nullable Buffer envelope) {
    return new Push(DEVICE, envelope, true, now().toEpochMilli() + 60_000);
  }

  /** An urgent push of a short envelope. */
  Push push() {
    return push(Buffer.buffer("an envelope".getBytes(US_ASCII)));
  }

  @Override
  public void close() {
    opened.forEach(Apns::close);
    loop.close();
  }
}
