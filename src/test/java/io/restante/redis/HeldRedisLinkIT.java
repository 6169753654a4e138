package io.restante.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.restante.testing.EventLoop;
import io.restante.testing.RedisServerExtension;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class HeldRedisLinkIT {
  /** Where Redis is frozen. */
  private static final int TIMEOUT_MS = 400;

  /** For all that waits longer than the machine stands still. */
  private static final int SOON_MS = 10_000;

  private static final RedisScript ECHO = RedisScript.load("test/echo");

  @RegisterExtension static final RedisServerExtension redis = new RedisServerExtension();

  private final EventLoop loop = new EventLoop();
  private HeldRedisLink link = open(SOON_MS);

  private HeldRedisLink open(int timeoutMs) {
    RedisConfig config = redis.config().withLimits(timeoutMs, 64);
    return loop.await(() -> HeldRedisLink.open(loop.vertx(), config, RedisMetrics.none()));
  }

  @BeforeEach
  void usable() {
    EventLoop.until("usable", () -> loop.call(() -> link.isUsable()));
  }

  @AfterEach
  void close() {
    loop.await(link::close);
    loop.close();
  }

  private Future<@Nullable Response> send(Command command, Object... args) {
    Request request = Request.cmd(command, args.clone());
    return link.send("k", request);
  }

  private GatewayException refusal(Command command, Object... args) {
    return assertThrows(GatewayException.class, () -> loop.await(() -> send(command, args)));
  }

  @Test
  void commandsOfOneTickAreAnsweredInTheirOrder() {
    List<Long> seen = new ArrayList<>();
    loop.await(
        () -> {
          List<Future<?>> all = new ArrayList<>();
          for (int i = 0; i < 50; i++) {
            all.add(send(Command.INCR, "k").onSuccess(reply -> seen.add(reply.toLong())));
          }
          return Future.all(all);
        });
    assertEquals(50, seen.size());
    for (int i = 0; i < 50; i++) {
      assertEquals(i + 1L, seen.get(i));
    }
  }

  @Test
  void anErrorReplyFailsItsOwnCommandOnly() {
    redis.command("SET", "k", "text");
    Future<List<Throwable>> failures =
        loop.call(
            () -> {
              Future<?> before = send(Command.GET, "k");
              Future<?> wrong = send(Command.LPOP, "k");
              Future<?> after = send(Command.GET, "k");
              return Future.join(before, wrong, after)
                  .transform(
                      done -> {
                        assertTrue(before.succeeded());
                        assertTrue(after.succeeded());
                        return Future.succeededFuture(List.of(wrong.cause()));
                      });
            });
    Throwable failure = EventLoop.result(failures).get(0);
    assertEquals(RedisCommandException.class, failure.getClass());
    assertEquals("Redis refused lpop: WRONGTYPE", failure.getMessage());
  }

  @Test
  void aScriptThatRedisDoesNotKnowRunsByItsText() {
    redis.command("SCRIPT", "FLUSH");
    for (int i = 0; i < 2; i++) {
      Response reply = loop.await(() -> link.run(ECHO, List.of("k"), List.of("hello")));
      assertEquals("hello", String.valueOf(reply));
    }
    assertEquals(List.of(1L), redis.process().command("SCRIPT", "EXISTS", ECHO.sha1()));
  }

  @Test
  void aFrozenRedisFailsEveryCommandInTimeAndIsUsedAgainOnceItThaws() {
    loop.await(link::close);
    link = open(TIMEOUT_MS);
    redis.process().freeze();
    long start = System.nanoTime();
    GatewayException refused = refusal(Command.PING);
    long tookMs = (System.nanoTime() - start) / 1_000_000;
    assertEquals(ErrorCode.REDIS_UNAVAILABLE, refused.code());
    assertTrue(tookMs < SOON_MS, "took " + tookMs + " ms");
    assertFalse(loop.call(() -> link.isUsable()));
    assertEquals(ErrorCode.REDIS_UNAVAILABLE, refusal(Command.PING).code());
    redis.process().thaw();
    // Not the first time, where Redis has not got its turn in so little time.
    EventLoop.until("used again", this::isAnswered);
  }

  private boolean isAnswered() {
    return loop.await(
        () ->
            send(Command.PING).map(pong -> true).recover(refusal -> Future.succeededFuture(false)));
  }

  @Test
  void aKilledRedisIsUsedAgainOnceItIsBackAndItsWritesAreThere() {
    loop.await(() -> send(Command.SET, "k", "kept"));
    redis.process().kill();
    EventLoop.until("noticed", () -> !loop.call(() -> link.isUsable()));
    assertEquals(ErrorCode.REDIS_UNAVAILABLE, refusal(Command.GET, "k").code());
    redis.process().start();
    usable();
    assertEquals("kept", String.valueOf(loop.await(() -> send(Command.GET, "k"))));
  }

  @Test
  void moreCommandsThanMayBeInFlightAreRefusedAtOnce() {
    List<Future<?>> all =
        loop.call(
            () -> {
              List<Future<?>> sent = new ArrayList<>();
              for (int i = 0; i < 65; i++) {
                sent.add(send(Command.PING));
              }
              return sent;
            });
    GatewayException refused =
        assertThrows(GatewayException.class, () -> EventLoop.result(all.get(64)));
    assertEquals(ErrorCode.REDIS_UNAVAILABLE, refused.code());
    for (int i = 0; i < 64; i++) {
      EventLoop.result(all.get(i));
    }
    assertEquals("PONG", String.valueOf(loop.await(() -> send(Command.PING))));
  }

  @Test
  void redisWithoutMemoryForWritesIsUnusableUntilItHasSome() {
    redis.command("CONFIG", "SET", "maxmemory", "1");
    try {
      assertEquals(ErrorCode.REDIS_UNAVAILABLE, refusal(Command.SET, "k", "v").code());
      assertFalse(loop.call(() -> link.isUsable()));
    } finally {
      redis.command("CONFIG", "SET", "maxmemory", "0");
    }
    usable();
  }
}
