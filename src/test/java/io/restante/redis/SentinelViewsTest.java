package io.restante.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.restante.redis.SentinelViews.View;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SentinelViewsTest {
  private static final View OLD = new View("a", 1, 4);
  private static final View NEW = new View("b", 1, 5);

  private final SentinelViews views = new SentinelViews(3);

  private Optional<View> told(int sentinel, View view) {
    views.tell(sentinel, view);
    return views.settle(false);
  }

  @Test
  void theStartAwaitsMostOfThemUnlessItHasWaitedLongEnough() {
    assertEquals(Optional.empty(), views.settle(true));
    assertEquals(Optional.empty(), told(0, OLD));
    assertEquals(Optional.of(NEW), told(1, NEW));
    SentinelViews lonely = new SentinelViews(3);
    lonely.tell(2, OLD);
    assertEquals(Optional.of(OLD), lonely.settle(true));
  }

  @Test
  void oneThatKnowsOfANewerFailoverIsEnough() {
    told(0, OLD);
    assertEquals(Optional.of(OLD), told(1, OLD));
    assertEquals(Optional.empty(), told(2, OLD));
    assertEquals(Optional.of(NEW), told(2, NEW));
    assertEquals(Optional.empty(), told(1, NEW));
    assertEquals(NEW, views.believed());
  }

  @Test
  void oneThatIsBehindIsNotBelievedWhenTheOthersAreAway() {
    told(0, NEW);
    told(1, NEW);
    told(2, OLD);
    views.tell(0, null);
    assertEquals(Optional.empty(), views.settle(true));
    views.tell(1, null);
    assertEquals(Optional.empty(), views.settle(true));
    assertEquals(NEW, views.believed());
  }

  @Test
  void mostOfThemMayStartAnewWithLowerEpochs() {
    told(0, NEW);
    told(1, NEW);
    View anew = new View("c", 1, 0);
    assertEquals(Optional.empty(), told(0, anew));
    assertEquals(Optional.of(anew), told(1, anew));
  }

  @Test
  void whileNobodyTellsThePrimaryStaysWhereItWas() {
    told(0, OLD);
    told(1, OLD);
    views.tell(0, null);
    views.tell(1, null);
    assertEquals(Optional.empty(), views.settle(true));
    assertEquals(OLD, views.believed());
  }
}
