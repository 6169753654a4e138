package io.restante.push.fcm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.restante.push.BoundedHttp;
import io.restante.push.HandAlarm;
import io.restante.push.Push;
import io.restante.push.PushOutcome;
import io.restante.push.PushSender;
import io.restante.push.ReloadedFile;
import io.restante.testing.EventLoop;
import io.restante.testing.LogTrap;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A sender before a stand-in for Google, under a clock that the test sets. Closing it asserts that
 * nothing was amiss in what Google got, and that nothing secret was logged at the finest level.
 */
final class FcmBed implements AutoCloseable {
  static final long START_MS = Instant.parse("2026-11-06T08:49:37.123Z").toEpochMilli();
  static final String TARGET = "device-token:APA91";

  /** For the message only: nothing is given up before a test says so. */
  static final int TIMEOUT_MS = 15_000;

  private static final int CHECK_MS = 5;
  private static final Buffer ENVELOPE = Buffer.buffer("sealed, and yet not to be logged");

  final EventLoop loop = new EventLoop();
  final GoogleStub google = new GoogleStub(loop.vertx(), new HttpServerOptions());
  final AccountFile account;
  final Path path;
  final ReloadedFile<GoogleAccount> file;
  final PushSender sender;
  private final LogTrap log = LogTrap.open();
  private final AtomicLong nowMs = new AtomicLong(START_MS);
  private final List<AccountFile> accounts = new ArrayList<>();
  private final HandAlarm alarm = new HandAlarm();
  private final FcmSenders senders;

  FcmBed(Path folder) {
    loop.await(google::listen);
    google.at(START_MS);
    account = account("first-project");
    path = folder.resolve("account.json");
    account.put(path);
    file =
        ReloadedFile.open(
            loop.vertx(), "push.fcm.credentials", path, GoogleAccount::parse, CHECK_MS);
    senders =
        new FcmSenders(
            loop.vertx(),
            new FcmConfig(path, google.url(), TIMEOUT_MS, 4),
            file,
            () -> Instant.ofEpochMilli(nowMs.get()),
            alarm);
    sender = senders.sender();
  }

  AccountFile account(String project) {
    AccountFile made = google.account(project);
    accounts.add(made);
    return made;
  }

  void passes(long ms) {
    google.at(nowMs.addAndGet(ms));
  }

  long nowMs() {
    return nowMs.get();
  }

  static Push push(@Nullable Buffer envelope) {
    return new Push(TARGET, envelope, true, START_MS + 60_000);
  }

  /** Sends from the event loop; the future can be awaited. */
  Future<PushOutcome> sent() {
    return loop.call(() -> List.of(sender.send(push(ENVELOPE)))).get(0);
  }

  PushOutcome send() {
    return EventLoop.result(sent());
  }

  void assertAccepted() {
    assertEquals(new PushOutcome.Accepted(), send());
  }

  /** The time of all that is under way is up. */
  void timeIsUp() {
    alarm.ring(loop);
  }

  /** Nobody answered, and the error says so without any secret. */
  BoundedHttp.Unanswered assertUnanswered(Future<PushOutcome> sent) {
    BoundedHttp.Unanswered e =
        assertThrows(BoundedHttp.Unanswered.class, () -> EventLoop.result(sent));
    assertNoSecret(e.toString());
    return e;
  }

  List<String> alarms() {
    return log.alarms();
  }

  private void assertNoSecret(String text) {
    assertFalse(text.contains(TARGET), text);
    assertFalse(text.contains("ya29."), text);
    assertFalse(text.contains("said by a server"), text);
    assertFalse(text.contains(ENVELOPE.toString()), text);
    assertFalse(text.contains(Base64.getEncoder().encodeToString(ENVELOPE.getBytes())), text);
    for (AccountFile made : accounts) {
      AccountFile.pem(made.keys())
          .lines()
          .filter(line -> !line.startsWith("-----"))
          .forEach(line -> assertFalse(text.contains(line), "a private key"));
    }
  }

  @Override
  public void close() {
    sender.close();
    senders.close();
    loop.close();
    log.close();
    assertEquals(List.of(), google.faults);
    log.lines().forEach(this::assertNoSecret);
  }
}
