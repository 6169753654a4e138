package io.restante.push.webpush;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import org.junit.jupiter.api.Test;

class HostSlotsTest {
  /** Two under way and two that wait for each host, ten in all. */
  private final HostSlots slots = new HostSlots(Rules.config("443", 256));

  private Future<Void> enter(String host) {
    return slots.enter(host).orElseThrow();
  }

  @Test
  void furtherPushesToAHostWaitForTheirTurnInOrderAndThenAreRefused() {
    assertTrue(enter("a").succeeded());
    assertTrue(enter("a").succeeded());
    Future<Void> third = enter("a");
    Future<Void> fourth = enter("a");
    assertFalse(third.isComplete() || fourth.isComplete());
    assertTrue(slots.enter("a").isEmpty());
    slots.leave("a");
    assertTrue(third.succeeded());
    assertFalse(fourth.isComplete());
    slots.leave("a");
    assertTrue(fourth.succeeded());
  }

  @Test
  void aHostThatIsFullKeepsNoOtherWaiting() {
    for (int i = 0; i < 4; i++) {
      enter("slow");
    }
    assertTrue(enter("other").succeeded());
  }

  @Test
  void thereAreNoMorePushesInAllThanMayBeAndNoHostIsRememberedWithoutOne() {
    for (int i = 0; i < 10; i++) {
      enter("host" + i);
    }
    assertTrue(slots.enter("another").isEmpty());
    assertEquals(10, slots.hosts());
    for (int i = 0; i < 10; i++) {
      slots.leave("host" + i);
    }
    assertEquals(0, slots.hosts());
    assertTrue(enter("another").succeeded());
  }

  @Test
  void whoWaitsCountsAndAPlaceIsGivenBackOnce() {
    for (int i = 0; i < 4; i++) {
      enter("a");
      enter("b");
    }
    enter("c");
    enter("c");
    assertTrue(slots.enter("d").isEmpty());
    for (int i = 0; i < 4; i++) {
      slots.leave("a");
    }
    assertThrows(IllegalStateException.class, () -> slots.leave("a"));
  }
}
