package io.restante.mailbox;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.restante.testing.EventLoop;
import io.restante.testing.MailboxBed;
import io.restante.testing.RedisServerExtension;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What one sender was answered first is read first, whoever else sends, reads and acks. */
class SendOrderIT {
  private static final int SENDERS = 4;
  private static final int SENDS = 150;

  @RegisterExtension static final RedisServerExtension redis = new RedisServerExtension();

  private final MailboxBed owner = new MailboxBed(redis);
  private final List<MailboxBed> senders = new ArrayList<>();

  @BeforeEach
  void account() {
    owner.withDevices(1, 2);
    for (int i = 0; i < SENDERS; i++) {
      senders.add(new MailboxBed(redis));
    }
  }

  @AfterEach
  void close() {
    senders.forEach(MailboxBed::close);
    owner.close();
  }

  /** Sends on, each after the answer to the one before. */
  private Future<AppendResult> sendFrom(int sender, int index) {
    Future<AppendResult> sent =
        senders.get(sender).store().append(owner.send(sender + ":" + index, 1, 2));
    return index + 1 == SENDS ? sent : sent.compose(done -> sendFrom(sender, index + 1));
  }

  @Test
  void eachSendersEnvelopesAreReadInTheOrderOfTheirAnswers() {
    List<Future<AppendResult>> done = new ArrayList<>();
    for (int i = 0; i < SENDERS; i++) {
      int sender = i;
      done.add(senders.get(i).loop().call(() -> sendFrom(sender, 0)));
    }
    List<String> seen = new ArrayList<>();
    StreamId after = StreamId.START;
    boolean more = true;
    while (more) {
      boolean allSent = done.stream().allMatch(Future::isComplete);
      StreamId from = after;
      List<StoredEnvelope> some =
          owner.await(() -> owner.store().read(owner.device(1), from, 7)).envelopes();
      for (StoredEnvelope envelope : some) {
        seen.add(MailboxBed.content(envelope.bytes()));
        after = envelope.place();
      }
      more = !allSent || !some.isEmpty();
      List<EnvelopeId> acked = some.stream().map(StoredEnvelope::id).toList();
      assertEquals(acked.size(), owner.await(() -> owner.store().ack(owner.device(1), acked)));
    }
    EventLoop.result(Future.all(done));
    assertEquals(SENDERS * SENDS, seen.size());
    assertInOrder(seen);
    assertInOrder(owner.contents(2));
    assertEquals(List.of(), owner.waiting(1));
  }

  @Test
  void sendsOfOneLinkAreStoredInTheirOrderWithoutAwaitingAnAnswer() {
    owner.await(
        () -> {
          List<Future<AppendResult>> all = new ArrayList<>();
          for (int i = 0; i < SENDS; i++) {
            all.add(owner.store().append(owner.send("0:" + i, 1, 2)));
          }
          return Future.all(all);
        });
    assertInOrder(owner.contents(1));
    assertInOrder(owner.contents(2));
  }

  private static void assertInOrder(List<String> contents) {
    int[] next = new int[SENDERS];
    for (String content : contents) {
      String[] parts = content.split(":", 2);
      int sender = Integer.parseInt(parts[0]);
      assertEquals(next[sender]++, Integer.parseInt(parts[1]), "of sender " + sender);
    }
    for (int i = 0; i < SENDERS; i++) {
      assertEquals(0, next[i] % SENDS);
    }
  }
}
