package io.restante.mailbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadLaneTest {
  private static final long LONG = ReadLane.BYTES_MAX / 4;

  private final ReadLane lane = new ReadLane();
  private final List<Promise<Long>> begun = new ArrayList<>();

  /** A read whose reply has as many bytes as it is completed with. */
  private Future<Long> read() {
    return lane.read(
        () -> {
          Promise<Long> reply = Promise.promise();
          begun.add(reply);
          return reply.future();
        },
        bytes -> bytes);
  }

  private void readMany(int count) {
    for (int i = 0; i < count; i++) {
      read();
    }
  }

  @Test
  void afterALongReplyNoMoreAreUnderWayThanFit() {
    read();
    begun.get(0).complete(LONG);
    readMany(100);
    assertEquals(4, lane.underWay());
    for (int next = 1; next <= 100; next++) {
      begun.get(next).complete(LONG);
      assertTrue(lane.underWay() * LONG <= ReadLane.BYTES_MAX);
    }
    assertEquals(101, begun.size());
    assertEquals(0, lane.underWay());
  }

  @Test
  void oneGoesHoweverLongItIs() {
    read();
    begun.get(0).complete(2 * ReadLane.BYTES_MAX);
    readMany(2);
    assertEquals(1, lane.underWay());
  }

  @Test
  void shortRepliesLetManyGoAgain() {
    read();
    begun.get(0).complete(LONG);
    for (int i = 1; i <= 800; i++) {
      read();
      begun.get(i).complete(100L);
    }
    readMany(100);
    assertEquals(ReadLane.READS_MAX, lane.underWay());
  }

  @Test
  void whatWaitsGoesInItsOrderAndGetsItsReply() {
    readMany(ReadLane.READS_MAX);
    Future<Long> first = read();
    Future<Long> second = read();
    assertEquals(ReadLane.READS_MAX, begun.size());
    begun.get(0).fail("lost");
    assertEquals(ReadLane.READS_MAX + 1, begun.size());
    begun.get(ReadLane.READS_MAX).complete(7L);
    assertEquals(7L, first.result());
    assertTrue(!second.isComplete());
  }

  @Test
  void withoutAConnectionAllThatWaitFailAndNoneMoreThanMayWait() {
    Promise<Long> held = Promise.promise();
    lane.read(held::future, bytes -> ReadLane.BYTES_MAX);
    readMany(ReadLane.READS_MAX - 1);
    List<Future<Long>> all = new ArrayList<>();
    for (int i = 0; i < ReadLane.WAITING_MAX; i++) {
      all.add(lane.read(() -> Future.failedFuture("no connection"), bytes -> bytes));
    }
    Future<Long> refused = read();
    GatewayException refusal =
        assertThrows(
            GatewayException.class,
            () -> {
              throw refused.cause();
            });
    assertEquals(ErrorCode.REDIS_UNAVAILABLE, refusal.code());
    held.fail("no connection");
    assertTrue(all.stream().allMatch(Future::failed));
  }
}
