package io.restante.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is under way, step by step: a step ends when the test says so. */
class WindowTest {
  private final Map<String, Promise<String>> underWay = new LinkedHashMap<>();

  private Future<String> begin(String item) {
    Promise<String> step = Promise.promise();
    underWay.put(item, step);
    return step.future();
  }

  private Promise<String> ended(String item) {
    return Objects.requireNonNull(underWay.remove(item));
  }

  private void assertUnderWay(String... items) {
    assertEquals(List.of(items), List.copyOf(underWay.keySet()));
  }

  private Future<List<String>> walk(Window window, String... items) {
    return window.forEach(List.of(items), String::length, this::begin);
  }

  @Test
  void noMoreStepsAreUnderWayThanItTakesAndTheResultsComeInTheOrderOfTheItems() {
    Future<List<String>> walk = walk(new Window(2, 100), "a", "b", "c", "d");
    assertUnderWay("a", "b");
    ended("b").complete("B");
    assertUnderWay("a", "c");
    ended("c").complete("C");
    ended("a").complete("A");
    assertUnderWay("d");
    assertFalse(walk.isComplete());
    ended("d").complete("D");
    assertEquals(List.of("A", "B", "C", "D"), walk.result());
  }

  @Test
  void noMoreBytesAreUnderWayThanItTakesButForOneStepThatHasMoreByItself() {
    Future<List<String>> walk = walk(new Window(9, 4), "aa", "bb", "c", "dddddd", "e");
    assertUnderWay("aa", "bb");
    ended("aa").complete("A");
    assertUnderWay("bb", "c");
    ended("bb").complete("B");
    assertUnderWay("c");
    ended("c").complete("C");
    assertUnderWay("dddddd");
    ended("dddddd").complete("D");
    ended("e").complete("E");
    assertEquals(List.of("A", "B", "C", "D", "E"), walk.result());
  }

  @Test
  void messagesTakeTurnsSoThatASmallOneDoesNotWaitForALargeOne() {
    Window window = new Window(1, 100);
    Future<List<String>> large = walk(window, "a1", "a2", "a3");
    Future<List<String>> small = walk(window, "b1");
    ended("a1").complete("");
    assertUnderWay("a2");
    ended("a2").complete("");
    assertUnderWay("b1");
    ended("b1").complete("");
    assertTrue(small.succeeded());
    ended("a3").complete("");
    assertTrue(large.succeeded());
  }

  @Test
  void aFailureEndsItsMessageAndNoOther() {
    Window window = new Window(2, 100);
    Future<List<String>> failing = walk(window, "a1", "a2", "a3", "a4");
    Future<List<String>> other = walk(window, "b1", "b2");
    IllegalStateException failure = new IllegalStateException("away");
    ended("a1").fail(failure);
    assertSame(failure, failing.cause());
    assertUnderWay("a2", "b1");
    ended("a2").complete("");
    assertUnderWay("b1", "b2");
    ended("b1").complete("1");
    ended("b2").complete("2");
    assertEquals(List.of("1", "2"), other.result());
    assertUnderWay();
  }

  @Test
  void aStepThatThrowsIsAFailure() {
    Window window = new Window(1, 100);
    IllegalStateException failure = new IllegalStateException("thrown");
    Future<List<String>> walk =
        window.forEach(
            List.of("a", "b"),
            String::length,
            item -> {
              throw failure;
            });
    assertSame(failure, walk.cause());
    walk(window, "c");
    assertUnderWay("c");
  }

  @Test
  void stepsThatEndAtOnceTakeNoStack() {
    List<Integer> items = IntStream.range(0, 200_000).boxed().toList();
    Window window = new Window(1, 1);
    assertEquals(items, window.forEach(items, item -> 1, Future::succeededFuture).result());
    assertEquals(List.of(), window.forEach(List.of(), item -> 1, Future::succeededFuture).result());
  }

  @Test
  void moreMessagesThanItTakesAreRefusedUntilOneHasEnded() {
    Window window = new Window(1, 1);
    List<Promise<String>> handled = new ArrayList<>();
    for (int i = 0; i < Window.MESSAGES_MAX; i++) {
      Promise<String> handling = Promise.promise();
      handled.add(handling);
      assertFalse(window.admit(handling::future).isComplete());
    }
    Throwable refusal = window.admit(() -> Future.succeededFuture("")).cause();
    assertTrue(refusal instanceof GatewayException);
    assertEquals(ErrorCode.OVERLOADED, ((GatewayException) refusal).code());
    handled.get(0).fail("whatever");
    assertTrue(window.admit(() -> Future.succeededFuture("")).succeeded());
    assertTrue(
        window
            .<String>admit(
                () -> {
                  throw new IllegalStateException("thrown");
                })
            .failed());
    assertTrue(window.admit(() -> Future.succeededFuture("")).succeeded());
  }

  @Test
  void aWindowIsASmallPartOfItsLink() {
    Window least = Window.ofLink(1, 1);
    walk(least, "a", "b");
    assertUnderWay("a");
    Window usual = Window.ofLink(8_192, 64L * 1024 * 1024);
    Future<List<Integer>> walk =
        usual.forEach(
            IntStream.range(0, 1_024).boxed().toList(),
            item -> 256 * 1024,
            item -> begin("u" + item).map(1));
    assertFalse(walk.isComplete());
    assertEquals(1 + 8, underWay.size());
  }
}
