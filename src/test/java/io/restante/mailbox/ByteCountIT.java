package io.restante.mailbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.mailbox.Append.Parcel;
import io.restante.protocol.Identity;
import io.restante.testing.MailboxBed;
import io.restante.testing.RedisServerExtension;
import io.restante.testing.Seeded;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The byte counter of a mailbox says what its envelopes sum up to, whatever happens. */
class ByteCountIT {
  private static final int STEPS = 1_500;
  private static final int ENVELOPES_MAX = 30;

  /** A few of the envelopes: those that Redis reads at once fill it, however slow its disk is. */
  private static final int BYTES_MAX = 3_000;

  @RegisterExtension static final RedisServerExtension redis = new RedisServerExtension();

  // So little time that envelopes expire, are trimmed, and whole mailboxes go, all along.
  private final MailboxBed bed =
      new MailboxBed(redis, MailboxBed.config(ENVELOPES_MAX, BYTES_MAX, 25, 1_000));

  @BeforeEach
  void account() {
    bed.withDevices(1, 2);
  }

  @AfterEach
  void close() {
    bed.close();
  }

  @Test
  void theCounterEqualsTheSumAfterAnyInterleaving() {
    Random random = Seeded.random("ByteCountIT");
    List<EnvelopeId> known = new ArrayList<>();
    int taken = 0;
    int full = 0;
    for (int i = 0; i < STEPS; i++) {
      int pick = random.nextInt(10);
      if (pick < 6) {
        // A burst, so that there is an interleaving at all: all are sent before one is answered.
        // Some fill the mailbox alone, before its time is over, however slow the steps are.
        int burst = 1 + random.nextInt(random.nextInt(8) == 0 ? ENVELOPES_MAX : 4);
        for (AppendResult result : bed.await(() -> burst(random, burst))) {
          if (result instanceof AppendResult.Taken stored) {
            taken++;
            stored.parcels().forEach(landed -> addTo(known, landed.id()));
          } else {
            full++;
          }
        }
      } else if (!known.isEmpty()) {
        List<EnvelopeId> ids = pick(random, known);
        int device = 1 + random.nextInt(2);
        bed.await(() -> bed.store().ack(bed.device(device), ids));
      }
      for (int device = 1; device <= 2; device++) {
        List<?> bytes = bed.bytesTrueAndCounted(device);
        assertEquals(bytes.get(0), bytes.get(1), "after step " + i);
        assertTrue(bytes.get(0) instanceof Long sum && sum <= BYTES_MAX);
      }
    }
    assertTrue(taken > 0 && full > 0, taken + " taken, " + full + " refused");
  }

  private static void addTo(List<EnvelopeId> known, @Nullable EnvelopeId id) {
    if (id != null) {
      known.add(id);
    }
  }

  private Future<List<AppendResult>> burst(Random random, int size) {
    List<Future<AppendResult>> sends = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      List<Parcel> parcels = new ArrayList<>();
      for (int device = 1; device <= 2; device++) {
        String content = "x".repeat(1 + random.nextInt(900));
        parcels.add(new Parcel(device, 0, MailboxBed.stored(content)));
      }
      sends.add(
          bed.store().append(new Append(bed.aci(), Identity.ACI, true, 0, false, parcels, null)));
    }
    return Future.all(sends).map(all -> all.list());
  }

  /** Some that wait, some that are gone, some of another device, some twice, some never given. */
  private static List<EnvelopeId> pick(Random random, List<EnvelopeId> known) {
    List<EnvelopeId> ids = new ArrayList<>();
    for (int i = 0; i <= random.nextInt(6); i++) {
      EnvelopeId id = known.get(random.nextInt(known.size()));
      ids.add(id);
      if (random.nextInt(4) == 0) {
        ids.add(new EnvelopeId(id.streamId(), random.nextLong()));
      }
    }
    return ids;
  }
}
