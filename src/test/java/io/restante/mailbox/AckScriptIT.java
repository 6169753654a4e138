package io.restante.mailbox;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.restante.testing.MailboxBed;
import io.restante.testing.RedisServerExtension;
import io.restante.testing.RedisSnapshot;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The reply of every branch of {@code mailbox/ack}. */
class AckScriptIT {
  @RegisterExtension static final RedisServerExtension redis = new RedisServerExtension();

  private final MailboxBed bed = new MailboxBed(redis);
  private final int bytes = MailboxBed.stored("a").length();

  @BeforeEach
  void account() {
    bed.withDevices(1);
  }

  @AfterEach
  void close() {
    bed.close();
  }

  private String run(EnvelopeId... ids) {
    return String.valueOf(
        bed.await(
            () ->
                bed.link()
                    .run(
                        AckScript.SCRIPT,
                        AckScript.keys(bed.device(1)),
                        AckScript.args(List.of(ids)))));
  }

  @Test
  void whatIsThereIsDeletedAndTakenOffTheCounterOnce() {
    List<EnvelopeId> ids = bed.appendAll("a", "b", "c");
    assertEquals("2", run(ids.get(2), ids.get(0)));
    assertEquals("0", run(ids.get(2), ids.get(0)));
    assertEquals(List.of((long) bytes, (long) bytes), bed.bytesTrueAndCounted(1));
    assertEquals(List.of("b"), bed.contents(1));
  }

  @Test
  void theSameEnvelopeTwiceInOneRunCountsOnce() {
    List<EnvelopeId> ids = bed.appendAll("a", "b");
    assertEquals("1", run(ids.get(0), ids.get(0)));
    assertEquals(List.of("b"), bed.contents(1));
  }

  @Test
  void anotherEnvelopeAtTheSamePlaceStays() {
    EnvelopeId id = bed.appendAll("a").get(0);
    Map<String, String> before = RedisSnapshot.of(redis);
    assertEquals("0", run(new EnvelopeId(id.streamId(), id.nonce() + 1)));
    assertEquals(before, RedisSnapshot.of(redis));
  }

  @Test
  void aMailboxThatIsNotThereHasNothingToDelete() {
    assertEquals("0", run(new EnvelopeId(new StreamId(5, 5), 5)));
    assertEquals("0", run());
    assertEquals(0L, redis.command("EXISTS", bed.names().mail(1), bed.names().mailBytes(1)));
  }

  @Test
  void theLastAckTakesTheCounterAwayAndLeavesAStreamThatEnds() {
    run(bed.appendAll("a").get(0));
    assertEquals(0L, redis.command("EXISTS", bed.names().mailBytes(1)));
    assertEquals(0L, redis.command("XLEN", bed.names().mail(1)));
    Object left = redis.command("PTTL", bed.names().mail(1));
    assertEquals(true, left instanceof Long ms && ms > 0);
  }

  @Test
  void moreAcksThanOneRunTakesAreAllDone() {
    List<EnvelopeId> ids = new ArrayList<>();
    bed.await(
        () -> {
          Future<AppendResult> last = bed.store().append(bed.send("a", 1));
          for (int i = 0; i < 249; i++) {
            last = bed.store().append(bed.send("a", 1));
          }
          return last;
        });
    bed.waiting(1).forEach(envelope -> ids.add(envelope.id()));
    assertEquals(250, ids.size());
    assertEquals(250, bed.await(() -> bed.store().ack(bed.device(1), ids)));
    assertEquals(0, bed.await(() -> bed.store().ack(bed.device(1), ids)));
    assertEquals(List.of(0L, 0L), bed.bytesTrueAndCounted(1));
    assertEquals(250.0, bed.meters().get("restante.acks").counter().count());
  }

  @Test
  void acksAreTakenWhileRedisHasNoMemoryForSends() {
    List<EnvelopeId> ids = bed.appendAll("a", "b");
    redis.command("CONFIG", "SET", "maxmemory", 1);
    try {
      assertEquals("1", run(ids.get(0)));
    } finally {
      redis.command("CONFIG", "SET", "maxmemory", 0);
    }
    assertEquals(List.of("b"), bed.contents(1));
    assertEquals(List.of((long) bytes, (long) bytes), bed.bytesTrueAndCounted(1));
  }
}
