package io.restante.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.limit.ByteBudget;
import io.restante.testing.EventLoop;
import io.restante.testing.RawWebSocket;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real sockets whose messages do not become whole, and what is held of them. */
@Timeout(60)
final class BudgetedFramesTest {
  private static final int MESSAGE_BYTES_MAX = 1024 * 1024;

  /** So small that one read brings it, whatever came before it. */
  private static final int FRAGMENT_BYTES = 400;

  private static final int HELD_OF_FRAGMENT = FRAGMENT_BYTES + BudgetedFrames.FRAME_BYTES;
  private static final int FRAGMENTS_OF_STRANGERS = 20;
  private static final int BUDGET_BYTES = 2 * FRAGMENTS_OF_STRANGERS * HELD_OF_FRAGMENT;
  private static final int LARGE_BUDGET_BYTES = 64 * 1024 * 1024;

  private static final int LONG_MS = 60_000;
  private static final int SHORT_MS = 1_000;

  private volatile ByteBudget budget = new ByteBudget(BUDGET_BYTES);
  private volatile int timeoutMs = LONG_MS;
  private volatile boolean stranger = true;
  private final FrameBed bed =
      new FrameBed(() -> new BudgetedFrames.Limits(budget, stranger, MESSAGE_BYTES_MAX, timeoutMs));

  @AfterEach
  void close() {
    bed.close();
    assertEquals(0, budget.held());
  }

  private static void sendFragments(FrameBed.Client client, int count) throws IOException {
    client.send(FrameBed.FIRST, FRAGMENT_BYTES);
    client.settle();
    for (int i = 1; i < count; i++) {
      client.send(FrameBed.NEXT, FRAGMENT_BYTES);
      client.settle();
    }
  }

  private void awaitHeld(long bytes) {
    EventLoop.until(bytes + " bytes are held", () -> budget.held() == bytes);
  }

  @Test
  void strangersHaveHalfOfItToTheByteAndWhoGoesOverIsClosedAndAllOfItGivenBack()
      throws IOException {
    try (FrameBed.Client client = bed.connect()) {
      sendFragments(client, FRAGMENTS_OF_STRANGERS);
      awaitHeld(BUDGET_BYTES / 2);
      client.send(FrameBed.NEXT, 1);
      client.assertClosedWith(CloseCode.TRY_LATER);
      awaitHeld(0);
      assertEquals(List.of(CloseCode.TRY_LATER), bed.served(0).unreadable);
      // What the client goes on to send is thrown away, and it is hung up on in the end.
      client.send(FrameBed.LAST, MESSAGE_BYTES_MAX / 2);
      client.send(FrameBed.WHOLE, 1);
      assertEquals(-1, client.in.read());
      assertEquals(List.of(), bed.served(0).lengths);
    }
  }

  @Test
  void withCredentialsItIsAllOfIt() throws IOException {
    stranger = false;
    try (FrameBed.Client client = bed.connect()) {
      sendFragments(client, 2 * FRAGMENTS_OF_STRANGERS);
      awaitHeld(BUDGET_BYTES);
      client.send(FrameBed.NEXT, 1);
      client.assertClosedWith(CloseCode.TRY_LATER);
      awaitHeld(0);
    }
  }

  @Test
  void aMessageThatIsHandedOnGivesItBackAndTheNextOneBeginsAnew() throws IOException {
    try (FrameBed.Client client = bed.connect()) {
      for (int message = 1; message <= 3; message++) {
        sendFragments(client, FRAGMENTS_OF_STRANGERS);
        awaitHeld(BUDGET_BYTES / 2);
        client.send(FrameBed.LAST, 0);
        awaitHeld(0);
        assertEquals(message, bed.served(0).lengths.size());
      }
      assertEquals(FRAGMENTS_OF_STRANGERS * FRAGMENT_BYTES, bed.served(0).lengths.get(2));
    }
  }

  @Test
  void itIsGivenBackHoweverTheSocketEnds() throws IOException {
    FrameBed.Client rude = bed.connect();
    sendFragments(rude, FRAGMENTS_OF_STRANGERS);
    rude.close();
    awaitHeld(0);
    FrameBed.Client reset = bed.connect();
    sendFragments(reset, FRAGMENTS_OF_STRANGERS);
    reset.socket.setSoLinger(true, 0);
    reset.close();
    awaitHeld(0);
    try (FrameBed.Client polite = bed.connect()) {
      sendFragments(polite, FRAGMENTS_OF_STRANGERS);
      polite.send(FrameBed.CLOSE, 0);
      awaitHeld(0);
    }
    try (FrameBed.Client told = bed.connect()) {
      sendFragments(told, FRAGMENTS_OF_STRANGERS);
      bed.served(3).onItsLoop(channel -> channel.close(CloseCode.RESTART));
      told.assertClosedWith(CloseCode.RESTART);
      told.send(FrameBed.CLOSE, 0);
      awaitHeld(0);
    }
    EventLoop.until(
        "all are told", () -> bed.served().stream().allMatch(each -> each.closed.get()));
  }

  @Test
  void aBrokenFrameGivesItBack() throws IOException {
    try (FrameBed.Client client = bed.connect()) {
      sendFragments(client, FRAGMENTS_OF_STRANGERS);
      client.send(FrameBed.RESERVED, 1);
      client.assertClosedWith(CloseCode.MALFORMED);
      awaitHeld(0);
    }
  }

  @Test
  void aMessageThatIsTooBigGivesItBack() throws IOException {
    budget = new ByteBudget(LARGE_BUDGET_BYTES);
    try (FrameBed.Client client = bed.connect()) {
      client.send(FrameBed.FIRST, MESSAGE_BYTES_MAX);
      EventLoop.until("it is held", () -> budget.held() >= MESSAGE_BYTES_MAX);
      client.send(FrameBed.NEXT, 1);
      client.assertClosedWith(CloseCode.TOO_BIG);
      awaitHeld(0);
    }
  }

  @Test
  void aFrameThatIsNotWholeIsHeldInTheMemoryThatItTakes() throws IOException {
    budget = new ByteBudget(LARGE_BUDGET_BYTES);
    byte[] frame = RawWebSocket.frame(FrameBed.WHOLE, new byte[MESSAGE_BYTES_MAX]);
    try (FrameBed.Client client = bed.connect()) {
      client.send(Arrays.copyOf(frame, frame.length - 1));
      EventLoop.until("it is held", () -> budget.held() >= frame.length - 1);
      assertTrue(budget.held() <= 2L * frame.length, () -> "held: " + budget.held());
      client.send(new byte[1]);
      awaitHeld(0);
      assertEquals(List.of(MESSAGE_BYTES_MAX), bed.served(0).lengths);
    }
  }

  @Test
  void aFrameThatDoesNotFitIsReadNoFurther() throws IOException {
    budget = new ByteBudget(MESSAGE_BYTES_MAX);
    try (FrameBed.Client client = bed.connect()) {
      client.send(FrameBed.WHOLE, MESSAGE_BYTES_MAX - 1);
      client.assertClosedWith(CloseCode.TRY_LATER);
      awaitHeld(0);
    }
  }

  @Test
  void theMemoryOfALargeMessageIsHeldWhileSomethingOfTheNextIsInIt() throws IOException {
    budget = new ByteBudget(LARGE_BUDGET_BYTES);
    byte[] next = RawWebSocket.frame(FrameBed.WHOLE, new byte[2]);
    int head = next.length - 1;
    try (FrameBed.Client client = bed.connect()) {
      ByteArrayOutputStream both = new ByteArrayOutputStream();
      both.writeBytes(RawWebSocket.frame(FrameBed.WHOLE, new byte[MESSAGE_BYTES_MAX]));
      both.write(next, 0, head);
      byte[] sent = both.toByteArray();
      int almost = sent.length - head - 1;
      client.send(Arrays.copyOf(sent, almost));
      EventLoop.until("it is held", () -> budget.held() >= almost);
      client.send(Arrays.copyOfRange(sent, almost, sent.length));
      EventLoop.until("it is handed on", () -> bed.served(0).lengths.size() == 1);
      bed.served(0).onItsLoop(channel -> {});
      assertTrue(budget.held() >= MESSAGE_BYTES_MAX, () -> "held: " + budget.held());
      client.send(Arrays.copyOfRange(next, head, next.length));
      awaitHeld(0);
      assertEquals(List.of(MESSAGE_BYTES_MAX, 2), bed.served(0).lengths);
    }
  }

  @Test
  void smallMessagesAndThoseWithCredentialsGoOnWhileStrangersHaveTakenTheirHalf()
      throws IOException {
    try (FrameBed.Client full = bed.connect();
        FrameBed.Client small = bed.connect()) {
      sendFragments(full, FRAGMENTS_OF_STRANGERS);
      small.send(FrameBed.WHOLE, 1_000);
      // One whose bytes come in two parts.
      byte[] parts = RawWebSocket.frame(FrameBed.WHOLE, new byte[1_000]);
      small.send(Arrays.copyOf(parts, 500));
      small.send(Arrays.copyOfRange(parts, 500, parts.length));
      EventLoop.until("they have come", () -> bed.served(1).lengths.size() == 2);
      stranger = false;
      try (FrameBed.Client named = bed.connect()) {
        sendFragments(named, FRAGMENTS_OF_STRANGERS);
        named.send(FrameBed.LAST, 0);
        EventLoop.until("it has come", () -> bed.served(2).lengths.size() == 1);
      }
    }
    awaitHeld(0);
  }

  /**
   * Has the server read the first fragment of a message and pause before it. Netty reads that
   * message to its end all the same, and whatever comes between. It is the first that is sent on a
   * connection: later on a read may be too short for both.
   */
  private FrameBed.Served pauseWithinAMessage(FrameBed.Client client) throws IOException {
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    both.writeBytes(RawWebSocket.frame(FrameBed.WHOLE, new byte[FrameBed.PAUSES]));
    both.writeBytes(RawWebSocket.frame(FrameBed.FIRST, new byte[FRAGMENT_BYTES]));
    client.send(both.toByteArray());
    FrameBed.Served served = bed.served(0);
    EventLoop.until("it is paused", () -> served.lengths.size() == 1);
    return served;
  }

  @Test
  void whatWaitsWhileASocketIsPausedIsHeld() throws IOException {
    try (FrameBed.Client client = bed.connect()) {
      FrameBed.Served served = pauseWithinAMessage(client);
      sendPings(client, FRAGMENTS_OF_STRANGERS);
      awaitHeld(HELD_OF_FRAGMENT + (long) FRAGMENTS_OF_STRANGERS * BudgetedFrames.FRAME_BYTES);
      served.onItsLoop(WebSocketChannel::resume);
      for (int i = 0; i < FRAGMENTS_OF_STRANGERS; i++) {
        assertEquals((byte) FrameBed.PONG, client.read().getByte(0));
      }
      awaitHeld(0);
    }
  }

  @Test
  void pingsBetweenFragmentsAreNoWayRoundIt() throws IOException {
    try (FrameBed.Client client = bed.connect()) {
      FrameBed.Served served = pauseWithinAMessage(client);
      sendPings(client, BUDGET_BYTES / 2 / BudgetedFrames.FRAME_BYTES);
      EventLoop.until("it is closed", () -> served.unreadable.size() == 1);
      assertEquals(List.of(CloseCode.TRY_LATER), served.unreadable);
      awaitHeld(0);
    }
  }

  private static void sendPings(FrameBed.Client client, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      client.send(FrameBed.PING, 0);
    }
  }

  @Test
  void aMessageThatIsNotWholeInTimeEndsItHoweverLivelyItIs() throws IOException {
    timeoutMs = SHORT_MS;
    try (FrameBed.Client client = bed.connect()) {
      sendFragments(client, FRAGMENTS_OF_STRANGERS);
      long from = System.nanoTime();
      Buffer frame = Buffer.buffer();
      while (frame.length() == 0 || frame.getByte(0) == (byte) FrameBed.PONG) {
        client.send(FrameBed.PING, 0);
        frame = client.read();
      }
      assertEquals((byte) FrameBed.CLOSE, frame.getByte(0));
      assertEquals(CloseCode.TOO_SLOW.code(), frame.getShort(1));
      long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - from);
      assertTrue(tookMs >= SHORT_MS / 2, () -> "took ms: " + tookMs);
      awaitHeld(0);
    }
  }

  @Test
  void messagesThatEachBecomeWholeInTimeMayFollowEachOtherForAsLongAsTheyLike() throws IOException {
    budget = new ByteBudget(LARGE_BUDGET_BYTES);
    timeoutMs = SHORT_MS;
    byte[] frame = RawWebSocket.frame(FrameBed.WHOLE, new byte[20_000]);
    // The end of one and the beginning of the next in one go: there is always something held.
    byte[] across = new byte[frame.length];
    System.arraycopy(frame, 10_000, across, 0, frame.length - 10_000);
    System.arraycopy(frame, 0, across, frame.length - 10_000, 10_000);
    try (FrameBed.Client client = bed.connect()) {
      client.send(Arrays.copyOf(frame, 10_000));
      long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(3L * SHORT_MS);
      int sent = 0;
      while (System.nanoTime() < end) {
        client.send(across);
        int count = ++sent;
        EventLoop.until("it has come", () -> bed.served(0).lengths.size() == count);
      }
      assertEquals(List.of(), bed.served(0).unreadable);
    }
    awaitHeld(0);
  }
}
