package io.restante.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.micrometer.core.instrument.Counter;
import io.restante.account.AccountCaches;
import io.restante.account.AccountConfig;
import io.restante.account.Caller;
import io.restante.account.RedisDirectory;
import io.restante.account.Revocations;
import io.restante.account.Verifier;
import io.restante.delivery.Send.Message;
import io.restante.delivery.Send.Once;
import io.restante.delivery.Send.Sender;
import io.restante.mailbox.EnvelopeId;
import io.restante.mailbox.StoredEnvelope;
import io.restante.protocol.Envelope;
import io.restante.protocol.Envelope.Source;
import io.restante.protocol.EnvelopeCodec;
import io.restante.protocol.GatewayException;
import io.restante.protocol.Handle;
import io.restante.protocol.IdempotencyKey;
import io.restante.protocol.ServiceId;
import io.restante.push.OwedPush;
import io.restante.push.OwedPush.Kind;
import io.restante.push.Pushes;
import io.restante.push.Pushes.When;
import io.restante.testing.EventLoop;
import io.restante.testing.MailboxBed;
import io.restante.testing.RedisServerExtension;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class CourierIT {
  private static final Handle HANDLE = new Handle("+15550100");
  private static final SendResult TAKEN = new SendResult.Taken(false);
  private static final SendResult TAKEN_NEEDS_SYNC = new SendResult.Taken(true);

  @RegisterExtension static final RedisServerExtension redis = new RedisServerExtension();

  private final MailboxBed bob = new MailboxBed(redis);
  private final MailboxBed alice = new MailboxBed(redis);
  private final Map<When, List<OwedPush>> owed = new EnumMap<>(When.class);
  private final Courier courier = courier(bob, this::note);

  private static Courier courier(MailboxBed at, Pushes pushes) {
    AccountCaches caches = new AccountCaches(new AccountConfig(0, 6, 10, null), new Revocations());
    return new Courier(at.store(), new RedisDirectory(at.link(), caches), pushes, at.meters());
  }

  private Future<Void> note(List<OwedPush> pushes, When when) {
    if (!pushes.isEmpty()) {
      owed.merge(
          when, pushes, (before, more) -> Stream.of(before, more).flatMap(List::stream).toList());
    }
    return Future.succeededFuture();
  }

  private OwedPush newest(int device) {
    List<StoredEnvelope> waiting = bob.waiting(device);
    return OwedPush.of(bob.device(device), waiting.get(waiting.size() - 1).id());
  }

  private OwedPush word(int device) {
    return OwedPush.word(bob.device(device), Kind.QUIET);
  }

  @BeforeEach
  void accounts() {
    bob.withDevices(1, 2);
    alice.withDevices(1);
  }

  @AfterEach
  void close() {
    alice.close();
    bob.close();
  }

  private static Caller caller(MailboxBed of, int device) {
    Verifier verifier = new Verifier(new byte[16], new byte[32]);
    return new Caller(of.device(device), new UUID(3, 4), HANDLE, verifier, 0, null);
  }

  private Sender sender() {
    return new Sender(caller(alice, 1), true);
  }

  private static Message message(int type, int device) {
    return new Message(type, device, 1000 + device, Buffer.buffer("to " + device), null);
  }

  private static final List<Message> TO_BOTH = List.of(message(1, 1), message(1, 2));

  private Send send(@Nullable Sender sender, boolean online, boolean urgent, List<Message> to) {
    return new Send(
        bob.aci(), ServiceId.aci(bob.aci()), sender, 77, online, urgent, false, to, null);
  }

  private Send once(String key, String hash) {
    byte[] bytes = hash.getBytes(StandardCharsets.US_ASCII);
    Once once = new Once(new IdempotencyKey(key), bytes);
    return new Send(
        bob.aci(), ServiceId.aci(bob.aci()), sender(), 77, false, true, false, TO_BOTH, once);
  }

  private SendResult result(Send send) {
    return bob.await(() -> courier.send(send));
  }

  private Envelope first(int device) {
    return EnvelopeCodec.decode(bob.waiting(device).get(0).bytes()).orElseThrow();
  }

  private double count(SendOutcome outcome) {
    Counter counter = bob.meters().get("restante.sends").tag("outcome", outcome.tag()).counter();
    return counter.count();
  }

  private void whileHeard(int device, Runnable steps) {
    redis.whileHeard(bob.names().doorbell(device), steps);
  }

  @Test
  void aSendIsInEveryMailboxAsItsSenderMadeIt() {
    assertEquals(TAKEN, result(send(sender(), false, true, TO_BOTH)));
    for (int device = 1; device <= 2; device++) {
      Envelope envelope = first(device);
      assertEquals("to " + device, String.valueOf(envelope.content()));
      assertEquals(1, envelope.type());
      assertEquals(77, envelope.timestampMs());
      assertEquals(ServiceId.aci(bob.aci()), envelope.destination());
      assertEquals(new Source(ServiceId.aci(alice.aci()), HANDLE, 1), envelope.source());
      assertFalse(envelope.ephemeral() || envelope.story());
    }
    assertEquals(1, count(SendOutcome.STORED));
  }

  @Test
  void aSealedOrAnonymousEnvelopeNamesNoSource() {
    Message sealed = message(6, 1);
    Message open = message(1, 2);
    result(send(sender(), false, true, List.of(sealed, open)));
    assertNull(first(1).source());
    assertNotNull(first(2).source());
    result(send(null, false, true, TO_BOTH));
    bob.waiting(2).stream()
        .skip(1)
        .forEach(stored -> assertNull(EnvelopeCodec.decode(stored.bytes()).orElseThrow().source()));
  }

  @Test
  void aHandleIsToldOnlyWhereTheRecipientNeedsIt() {
    result(send(new Sender(caller(alice, 1), false), false, true, TO_BOTH));
    Source source = first(1).source();
    assertEquals(new Source(ServiceId.aci(alice.aci()), null, 1), source);
  }

  @Test
  void aSenderWithMoreDevicesNeedsSyncUnlessItSendsToItselfOrIsUnknown() {
    alice.withDevices(2);
    assertEquals(TAKEN_NEEDS_SYNC, result(send(sender(), false, true, TO_BOTH)));
    assertEquals(TAKEN_NEEDS_SYNC, result(send(sender(), true, true, TO_BOTH)));
    assertEquals(TAKEN, result(send(null, false, true, TO_BOTH)));
    Sender self = new Sender(caller(bob, 1), false);
    assertEquals(TAKEN, result(send(self, false, true, List.of(message(1, 2)))));
    assertEquals(List.of(), bob.contents(1).stream().skip(2).toList());
  }

  @Test
  void aSenderIsNotAmongItsOwnRecipients() {
    Sender self = new Sender(caller(bob, 2), false);
    assertEquals(
        new SendResult.MismatchedDevices(List.of(), List.of(2)),
        result(send(self, false, true, TO_BOTH)));
    assertEquals(
        new SendResult.MismatchedDevices(List.of(1), List.of()),
        result(send(self, false, true, List.of())));
    redis.command("HDEL", bob.names().devices(), 1);
    assertEquals(TAKEN, result(send(self, false, true, List.of())));
  }

  @Test
  void whatIsRefusedIsToldAndCounted() {
    assertEquals(
        new SendResult.MismatchedDevices(List.of(1), List.of(3)),
        result(send(null, false, true, List.of(message(1, 3), message(1, 2)))));
    Message stale = new Message(1, 1, 5, Buffer.buffer("x"), null);
    assertEquals(
        new SendResult.StaleDevices(List.of(1)),
        result(send(null, false, true, List.of(stale, message(1, 2)))));
    redis.command("DEL", bob.names().devices());
    assertEquals(new SendResult.NoSuchAccount(), result(send(null, false, true, TO_BOTH)));
    assertEquals(1, count(SendOutcome.MISMATCHED_DEVICES));
    assertEquals(1, count(SendOutcome.STALE_DEVICES));
    assertEquals(1, count(SendOutcome.NO_SUCH_ACCOUNT));
    assertEquals(Map.of(), owed);
  }

  @Test
  void urgentEnvelopesAreOwedAtOnceWhereNobodyHearsAndOtherwiseUnlessTheyAreAcked() {
    whileHeard(1, () -> result(send(sender(), false, true, TO_BOTH)));
    assertEquals(Map.of(When.NOW, List.of(newest(2)), When.UNLESS_ACKED, List.of(newest(1))), owed);
  }

  @Test
  void ofOtherMailAWordIsOwedToThoseThatNobodyHears() {
    whileHeard(1, () -> result(send(sender(), false, false, TO_BOTH)));
    assertEquals(Map.of(When.NOW, List.of(word(2))), owed);
  }

  @Test
  void nothingIsOwedForWhatIsOnlineOnly() {
    whileHeard(1, () -> result(send(sender(), true, true, TO_BOTH)));
    assertEquals(1, count(SendOutcome.ONLINE));
    result(send(sender(), true, true, TO_BOTH));
    assertEquals(1, count(SendOutcome.NO_LISTENER));
    assertEquals(Map.of(), owed);
  }

  @Test
  void aSendIsAnsweredOnceItsPushesAreWrittenDown() {
    Promise<Void> written = Promise.promise();
    Courier waits = courier(bob, (pushes, when) -> written.future());
    AtomicReference<@Nullable Future<SendResult>> answer = new AtomicReference<>();
    bob.await(
        () -> {
          answer.set(waits.send(send(null, false, true, TO_BOTH)));
          return Future.succeededFuture(true);
        });
    EventLoop.until("it is stored", () -> bob.waiting(2).size() == 1);
    assertFalse(Objects.requireNonNull(answer.get()).isComplete());
    bob.await(
        () -> {
          written.complete();
          return Objects.requireNonNull(answer.get());
        });
  }

  @Test
  void aRepeatedSendGetsItsAnswerAndStoresNothingEvenAfterTheAckAndFromAnotherGateway() {
    assertEquals(TAKEN, result(once("key-number-1", "hash")));
    EnvelopeId id = bob.waiting(1).get(0).id();
    bob.await(() -> bob.store().ack(bob.device(1), List.of(id)));
    owed.clear();
    // The answer stays what it was, though Alice has another device now.
    alice.withDevices(2);
    assertEquals(TAKEN, result(once("key-number-1", "hash")));
    Courier elsewhere = courier(alice, Pushes.NONE);
    assertEquals(TAKEN, alice.await(() -> elsewhere.send(once("key-number-1", "hash"))));
    assertEquals(List.of(), bob.waiting(1));
    assertEquals(1, bob.waiting(2).size());
    // Whoever took the first send may have died before it woke the device.
    assertEquals(Map.of(When.NOW, List.of(newest(2))), owed);
    assertEquals(1, count(SendOutcome.REPEATED));
  }

  @Test
  void aKeyNamesOneSendOfOneDevice() {
    result(once("key-number-1", "hash"));
    assertEquals(new SendResult.KeyReused(), result(once("key-number-1", "other")));
    assertEquals(TAKEN, result(once("key-number-2", "other")));
    Sender otherDevice = new Sender(caller(alice, 2), true);
    Send same = once("key-number-1", "other");
    Send fromOther =
        new Send(
            same.account(),
            same.destination(),
            otherDevice,
            same.timestampMs(),
            false,
            true,
            false,
            same.messages(),
            same.once());
    assertEquals(TAKEN, result(fromOther));
    assertEquals(3, bob.waiting(1).size());
  }

  @Test
  void aKeyIsRememberedForItsWindowOnly() {
    result(once("key-number-1", "hash"));
    Object keys = redis.command("KEYS", bob.names().idempotency("*"));
    Object record = keys instanceof List<?> list ? list.get(0) : null;
    assertNotNull(record);
    Object left = redis.command("PTTL", record);
    assertEquals(true, left instanceof Long ms && ms > 0 && ms <= MailboxBed.WINDOW_MS);
    redis.command("DEL", record);
    result(once("key-number-1", "hash"));
    assertEquals(2, bob.waiting(1).size());
  }

  @Test
  void aReceiptReachesAllDevicesAndWakesNone() {
    Caller reader = caller(alice, 1);
    SendResult result =
        bob.await(() -> courier.receipt(bob.aci(), ServiceId.aci(bob.aci()), reader, 123));
    assertEquals(TAKEN, result);
    for (int device = 1; device <= 2; device++) {
      Envelope envelope = first(device);
      assertEquals(Envelope.TYPE_RECEIPT, envelope.type());
      assertEquals(123, envelope.timestampMs());
      assertEquals(new Source(ServiceId.aci(alice.aci()), HANDLE, 1), envelope.source());
      assertNull(envelope.content());
      assertFalse(envelope.urgent());
    }
    assertEquals(Map.of(), owed);
    UUID nobody = UUID.randomUUID();
    assertEquals(
        new SendResult.NoSuchAccount(),
        bob.await(() -> courier.receipt(nobody, ServiceId.aci(nobody), reader, 123)));
  }

  @Test
  void whileRedisIsAwayTheSendFailsAndIsCounted() {
    redis.process().stop();
    try {
      assertThrows(GatewayException.class, () -> result(send(sender(), false, true, TO_BOTH)));
      assertEquals(1, count(SendOutcome.FAILED));
    } finally {
      redis.process().start();
    }
  }
}
