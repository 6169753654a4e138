package io.restante.delivery;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.account.AccountCaches;
import io.restante.account.AccountConfig;
import io.restante.account.Caller;
import io.restante.account.RedisDirectory;
import io.restante.account.Revocations;
import io.restante.account.Verifier;
import io.restante.delivery.Circular.To;
import io.restante.delivery.Send.Once;
import io.restante.delivery.Send.Sender;
import io.restante.mailbox.AckListener;
import io.restante.mailbox.RedisMailboxStore;
import io.restante.protocol.Envelope;
import io.restante.protocol.EnvelopeCodec;
import io.restante.protocol.Handle;
import io.restante.protocol.IdempotencyKey;
import io.restante.protocol.MultiRecipientMessage;
import io.restante.protocol.MultiRecipientMessage.Recipient;
import io.restante.push.Pushes;
import io.restante.testing.EventLoop;
import io.restante.testing.MailboxBed;
import io.restante.testing.RedisServerExtension;
import io.restante.testing.client.OpenLetter;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A message to many accounts on a real Redis, and what of it is on the link. */
class FanoutIT {
  private static final int CONTENT_BYTES = 20_000;
  private static final SendResult TAKEN = new SendResult.Taken(false);
  private static final SendResult NOBODY = new SendResult.NoSuchAccount();

  @RegisterExtension static final RedisServerExtension redis = new RedisServerExtension();

  private final MailboxBed first = new MailboxBed(redis);
  private final TalliedLink link = new TalliedLink(first.link());
  private final List<MailboxBed> group = new ArrayList<>(List.of(first));

  @AfterEach
  void close() {
    first.close();
  }

  /** So many accounts with devices 1 and 2, both of registration id 7. */
  private void accounts(int count) {
    while (group.size() < count) {
      group.add(first.another());
    }
    for (MailboxBed bed : group) {
      redis.command("HSET", bed.names().devices(), 1, "7", 2, "7");
    }
  }

  private Fanout fanout(Window window, Pushes pushes) {
    AccountCaches caches = new AccountCaches(new AccountConfig(0, 6, 10, null), new Revocations());
    RedisMailboxStore mailboxes =
        new RedisMailboxStore(
            link, MailboxBed.CONFIG, MailboxBed.WINDOW_MS, first.meters(), AckListener.NONE);
    RedisDirectory directory = new RedisDirectory(link, caches);
    Courier courier = new Courier(mailboxes, directory, pushes, first.meters());
    return new Fanout(mailboxes, courier, window);
  }

  private static Circular circular(
      OpenLetter letter, @Nullable Sender sender, @Nullable Once once) {
    MultiRecipientMessage message =
        MultiRecipientMessage.parse(Buffer.buffer(letter.bytes(CONTENT_BYTES)), 1_000);
    List<To> to = new ArrayList<>();
    for (Recipient recipient : message.recipients()) {
      to.add(new To(recipient.id().uuid(), recipient));
    }
    return new Circular(message, to, sender, 77, false, true, false, once);
  }

  private OpenLetter toAll() {
    OpenLetter letter = new OpenLetter();
    group.forEach(bed -> letter.to(bed.aci(), 7, 1, 2));
    return letter;
  }

  private List<SendResult> send(OpenLetter letter) {
    Fanout fanout = fanout(new Window(4, 100_000), Pushes.NONE);
    return first.await(() -> fanout.send(circular(letter, null, null)));
  }

  private long stored(MailboxBed bed) {
    long sum = 0;
    for (int device = 1; device <= 2; device++) {
      sum += redis.command("XLEN", bed.names().mail(device)) instanceof Long length ? length : 0;
    }
    return sum;
  }

  private List<Long> stored() {
    return group.stream().map(this::stored).toList();
  }

  private double count(SendOutcome outcome) {
    return first.meters().get("restante.sends").tag("outcome", outcome.tag()).counter().count();
  }

  @Test
  void everyDeviceOfEveryAccountHasItsOwnCopyOnce() {
    accounts(12);
    List<SendResult> results = send(toAll());
    assertEquals(group.stream().map(bed -> TAKEN).toList(), results);
    for (MailboxBed bed : group) {
      for (int device = 1; device <= 2; device++) {
        assertEquals(1, bed.waiting(device).size());
        Envelope envelope = EnvelopeCodec.decode(bed.waiting(device).get(0).bytes()).orElseThrow();
        assertEquals(Envelope.TYPE_SEALED_SENDER, envelope.type());
        assertEquals(bed.aci(), envelope.destination().uuid());
        byte[] content = Objects.requireNonNull(envelope.content()).getBytes();
        assertArrayEquals(OpenLetter.content(bed.aci(), CONTENT_BYTES), content);
      }
    }
  }

  @Test
  void noMoreOfItIsUnderWayThanTheWindowTakesAndAnAccountsDevicesShareOneCopy() {
    accounts(12);
    send(toAll());
    assertTrue(link.bytesMost() <= 100_000, link.bytesMost() + " bytes at a time");
    assertTrue(link.bytesMost() > 3 * CONTENT_BYTES, link.bytesMost() + " bytes at a time");
    assertTrue(link.bytesInAll() < 13 * CONTENT_BYTES, link.bytesInAll() + " bytes in all");
  }

  @Test
  void aStepBeginsOnlyWhenAnotherHasEnded() {
    accounts(5);
    Promise<Void> written = Promise.promise();
    Fanout fanout = fanout(new Window(2, 1_000_000), (owed, when) -> written.future());
    Future<List<SendResult>> answer =
        first.loop().call(() -> fanout.send(circular(toAll(), null, null)));
    EventLoop.until("two are stored", () -> stored().stream().filter(n -> n > 0).count() == 2);
    assertEquals(List.of(2L, 2L, 0L, 0L, 0L), stored());
    assertFalse(answer.isComplete());
    first.loop().call(written::tryComplete);
    assertEquals(5, EventLoop.result(answer).size());
    assertEquals(List.of(2L, 2L, 2L, 2L, 2L), stored());
  }

  @Test
  void whatIsRefusedIsToldForEachInItsPlaceAndItsContentNeverLeaves() {
    accounts(3);
    int[] all = IntStream.rangeClosed(1, 127).toArray();
    OpenLetter letter =
        new OpenLetter()
            .to(UUID.randomUUID(), 7, all)
            .to(group.get(0).aci(), 7, 1, 2)
            .to(group.get(1).aci(), 7, all)
            .to(group.get(2).aci(), 8, 2, 1);
    List<Integer> extra = IntStream.rangeClosed(3, 127).boxed().toList();
    assertEquals(
        List.of(
            NOBODY,
            TAKEN,
            new SendResult.MismatchedDevices(List.of(), extra),
            new SendResult.StaleDevices(List.of(1, 2))),
        send(letter));
    assertEquals(List.of(0L, 0L, 0L), stored());
    assertTrue(link.bytesInAll() < 1_000, link.bytesInAll() + " bytes");
    assertEquals(1, count(SendOutcome.NO_SUCH_ACCOUNT));
    assertEquals(1, count(SendOutcome.MISMATCHED_DEVICES));
    assertEquals(1, count(SendOutcome.STALE_DEVICES));
    assertEquals(0, count(SendOutcome.STORED));
  }

  @Test
  void whomThereIsNotKeepsItFromNobodyAndIsNotSentIt() {
    accounts(2);
    OpenLetter letter =
        new OpenLetter().to(group.get(0).aci(), 7, 1, 2).to(UUID.randomUUID(), 7, 1);
    letter.to(group.get(1).aci(), 7, 1, 2).to(UUID.randomUUID(), 7, 1);
    assertEquals(List.of(TAKEN, NOBODY, TAKEN, NOBODY), send(letter));
    assertEquals(List.of(2L, 2L), stored());
    assertTrue(link.bytesInAll() < 3 * CONTENT_BYTES, link.bytesInAll() + " bytes");
    assertEquals(2, count(SendOutcome.STORED));
    assertEquals(2, count(SendOutcome.NO_SUCH_ACCOUNT));
  }

  @Test
  void aRepetitionAfterAFailureOnTheWayBringsItToTheOthersOnly() {
    accounts(6);
    Verifier verifier = new Verifier(new byte[16], new byte[32]);
    Sender sender =
        new Sender(
            new Caller(
                first.another().device(1),
                new UUID(3, 4),
                new Handle("+15550100"),
                verifier,
                0,
                null),
            false);
    Once once = new Once(new IdempotencyKey("key-number-1"), new byte[32]);
    Circular circular = circular(toAll(), sender, once);
    Fanout fanout = fanout(new Window(1, 1_000_000), Pushes.NONE);
    // Of each account the devices are read, and of its two devices the length and the bytes.
    link.failAfter(6 * (1 + 2 * 2) + 3);
    assertThrows(IllegalStateException.class, () -> first.await(() -> fanout.send(circular)));
    assertEquals(List.of(2L, 2L, 2L, 0L, 0L, 0L), stored());
    link.failAfter(Integer.MAX_VALUE);
    assertEquals(6, first.await(() -> fanout.send(circular)).size());
    assertEquals(List.of(2L, 2L, 2L, 2L, 2L, 2L), stored());
    assertEquals(3, count(SendOutcome.REPEATED));
  }
}
