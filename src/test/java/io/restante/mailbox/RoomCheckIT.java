package io.restante.mailbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.testing.EventLoop;
import io.restante.testing.MailboxBed;
import io.restante.testing.RedisServerExtension;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is asked before a send to many must not promise room where an append finds none. */
class RoomCheckIT {
  private static final int ENVELOPES_MAX = 3;
  private static final int BYTES_MAX = 1_000;

  @RegisterExtension static final RedisServerExtension redis = new RedisServerExtension();

  private final MailboxBed bed = new MailboxBed(redis, config(86_400_000));

  private static MailboxConfig config(long ttlMs) {
    return MailboxBed.config(ENVELOPES_MAX, BYTES_MAX, ttlMs, BYTES_MAX);
  }

  @AfterEach
  void close() {
    bed.close();
  }

  private boolean hasRoom(int storedBytes) {
    return bed.await(() -> bed.store().hasRoom(bed.aci(), List.of(1, 2), storedBytes, null));
  }

  @Test
  void thereIsRoomUpToTheCountOfEnvelopes() {
    bed.withDevices(1);
    bed.appendAll("one", "two");
    assertTrue(hasRoom(1));
    bed.appendAll("three");
    assertFalse(hasRoom(1));
  }

  @Test
  void thereIsRoomUpToTheBytes() {
    bed.withDevices(1);
    assertTrue(hasRoom(BYTES_MAX));
    assertFalse(hasRoom(BYTES_MAX + 1));
    bed.appendAll("one");
    int held = Integer.parseInt(String.valueOf(redis.command("GET", bed.names().mailBytes(1))));
    assertTrue(hasRoom(BYTES_MAX - held));
    assertFalse(hasRoom(BYTES_MAX - held + 1));
  }

  @Test
  void whatHasExpiredIsRoom() {
    bed.withDevices(1);
    bed.appendAll("one", "two", "three");
    RedisMailboxStore hasty = bed.store(config(1));
    EventLoop.until(
        "expired", () -> bed.await(() -> hasty.hasRoom(bed.aci(), List.of(1), 1, null)));
    assertFalse(hasRoom(1));
    assertEquals(3L, redis.command("XLEN", bed.names().mail(1)));
  }

  @Test
  void aSendThatWasTakenBeforeNeedsNoRoom() {
    bed.withDevices(1);
    bed.appendAll("one", "two", "three");
    redis.command("SET", bed.names().idempotency("abc"), "record");
    assertTrue(bed.await(() -> bed.store().hasRoom(bed.aci(), List.of(1), 1, "abc")));
    assertFalse(bed.await(() -> bed.store().hasRoom(bed.aci(), List.of(1), 1, "abd")));
  }
}
