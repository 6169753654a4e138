package io.restante.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** When a session looks for what is left of prekeys, and when it tells. */
class StockNoticesTest {
  private static final int INTERVAL_MS = 10_000;
  private static final Buffer COUNTS = Buffer.buffer("{}");
  private static final Effect READ = new Effect.ReadStock();

  private final DeviceSession session = session(true);

  private static DeviceSession session(boolean asked) {
    return new DeviceSession(
        new SessionConfig(3, 100_000, 60_000_000, 60_000, 60_000, 512 * 1024, 1, 1, 1, 1, 1),
        new StockNotices(asked, INTERVAL_MS));
  }

  /** What of an input's effects is about stock. */
  private static List<Effect> stock(List<Effect> effects) {
    return effects.stream()
        .filter(effect -> effect instanceof Effect.ReadStock || effect instanceof Effect.TellStock)
        .toList();
  }

  private static List<Effect> tell(long requestId) {
    return List.of(new Effect.TellStock(requestId, COUNTS));
  }

  @Test
  void whoDidNotAskIsNeverTold() {
    DeviceSession silent = session(false);
    assertEquals(List.of(), stock(silent.onOpened(Set.of())));
    assertEquals(List.of(), stock(silent.onLowStock()));
    assertEquals(OptionalLong.empty(), silent.wakeAtMs());
  }

  @Test
  void theCountsAreLookedAtOnceTheDoorbellIsOpenAndToldWhereTheyAreLow() {
    assertEquals(List.of(READ), stock(session.onOpened(Set.of())));
    assertEquals(tell(1), stock(session.onStockRead(COUNTS, 5)));
  }

  @Test
  void whatIsNotLowIsNotTold() {
    session.onOpened(Set.of());
    assertEquals(List.of(), stock(session.onStockRead(null, 5)));
    assertEquals(List.of(READ), stock(session.onLowStock()), "there is no pause after it");
  }

  @Test
  void aWordWithinTheIntervalIsLookedAtWhenThatIsOver() {
    session.onOpened(Set.of());
    session.onStockRead(COUNTS, 5);
    assertEquals(List.of(), stock(session.onLowStock()));
    assertEquals(List.of(), stock(session.onLowStock()));
    assertEquals(OptionalLong.of(5 + INTERVAL_MS), session.wakeAtMs());
    assertEquals(List.of(), stock(session.onTick(4 + INTERVAL_MS)));
    assertEquals(List.of(READ), stock(session.onTick(5 + INTERVAL_MS)));
    assertEquals(tell(2), stock(session.onStockRead(COUNTS, 6 + INTERVAL_MS)));
    assertEquals(OptionalLong.empty(), session.wakeAtMs());
  }

  @Test
  void withoutAWordNothingIsLookedAtAgain() {
    session.onOpened(Set.of());
    session.onStockRead(COUNTS, 5);
    assertEquals(OptionalLong.empty(), session.wakeAtMs());
    assertEquals(List.of(), stock(session.onTick(10 * INTERVAL_MS)));
  }

  @Test
  void aWordDuringALookIsFollowedByAnother() {
    session.onOpened(Set.of());
    assertEquals(List.of(), stock(session.onLowStock()));
    assertEquals(List.of(READ), stock(session.onStockRead(null, 5)));
  }

  @Test
  void aLookThatFailedIsRepeatedAfterAPause() {
    session.onOpened(Set.of());
    assertEquals(List.of(), stock(session.onStockReadFailed(0)));
    long again = session.wakeAtMs().orElseThrow();
    assertEquals(List.of(READ), stock(session.onTick(again)));
  }

  @Test
  void anyAnswerOfTheClientIsFine() {
    session.onOpened(Set.of());
    session.onStockRead(COUNTS, 5);
    for (int status : new int[] {200, 204, 400, 404, 500}) {
      assertEquals(List.of(), session.onResponse(1, status));
    }
    assertEquals(0, session.inFlight());
  }

  @Test
  void whoseSocketIsFullOrOverIsNotTold() {
    session.onWritable(false);
    assertEquals(List.of(), stock(session.onOpened(Set.of())));
    assertEquals(List.of(READ), stock(session.onWritable(true)));
    session.onEnd(CloseCode.RESTART);
    assertEquals(List.of(), stock(session.onStockRead(COUNTS, 5)));
  }
}
