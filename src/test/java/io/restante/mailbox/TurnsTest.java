package io.restante.mailbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TurnsTest {
  private static final int TURNS_MAX = 3;

  private final Turns<String> turns = new Turns<>(TURNS_MAX);
  private final List<Promise<String>> begun = new ArrayList<>();

  private Future<String> take(String owner) {
    return turns.take(
        owner,
        () -> {
          Promise<String> step = Promise.promise();
          begun.add(step);
          return step.future();
        },
        () -> new IllegalStateException("too many"));
  }

  @Test
  void oneOfEachOwnerIsUnderWayAndTheOthersFollowInTheirOrder() {
    Future<String> first = take("alice");
    Future<String> second = take("alice");
    Future<String> third = take("alice");
    take("bob");
    assertEquals(2, begun.size());
    begun.get(0).complete("one");
    assertEquals("one", first.result());
    assertFalse(second.isComplete());
    begun.get(2).fail("broken");
    assertTrue(second.failed());
    begun.get(3).complete("three");
    assertEquals("three", third.result());
  }

  @Test
  void whatIsTooMuchForAnOwnerIsRefusedUntilOneIsDone() {
    for (int i = 0; i < TURNS_MAX; i++) {
      take("alice");
    }
    assertEquals("too many", take("alice").cause().getMessage());
    assertFalse(take("bob").failed());
    begun.get(0).complete("done");
    assertFalse(take("alice").failed());
    assertTrue(take("alice").failed());
  }

  @Test
  void anOwnerForWhomNothingIsLeftBeginsAtOnceAgain() {
    take("alice");
    begun.get(0).complete("done");
    take("alice");
    assertEquals(2, begun.size());
  }
}
