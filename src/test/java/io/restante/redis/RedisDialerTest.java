package io.restante.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.redis.RedisDialer.Admission;
import io.restante.testing.EventLoop;
import io.restante.testing.LogTrap;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RedisDialerTest {
  /** Some of them get the numbers of the sockets that are closed, whatever else opens files. */
  private static final int ATTEMPTS = 10;

  private static final int SOCKETS = 5;
  private static final int BUSY_SECONDS_MAX = 60;
  private static final String OK = "+OK\r\n";

  /** As a gateway is run: there is epoll where the machine has it. */
  private final EventLoop loop =
      new EventLoop(Vertx.vertx(new VertxOptions().setPreferNativeTransport(true)));

  private final Vertx elsewhere = Vertx.vertx();
  private final List<NetSocket> accepted = new CopyOnWriteArrayList<>();
  private NetServer server;

  /** Whatever it is sent, it answers that all is well. */
  @BeforeEach
  void listen() {
    server =
        EventLoop.result(
            elsewhere
                .createNetServer()
                .connectHandler(
                    socket -> {
                      accepted.add(socket);
                      socket.handler(asked -> socket.write(OK));
                    })
                .listen(0, "127.0.0.1"));
  }

  @AfterEach
  void close() {
    loop.close();
    EventLoop.result(elsewhere.close());
  }

  private NetSocket connected(NetClient client) {
    return loop.await(() -> client.connect(server.actualPort(), "127.0.0.1"));
  }

  /** Keeps the loop busy while this is done, so that it finds all that comes of it at once. */
  private void whileBusy(Runnable step) {
    CountDownLatch busy = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(1);
    CompletableFuture<Boolean> turn =
        CompletableFuture.supplyAsync(
            () ->
                loop.call(
                    () -> {
                      busy.countDown();
                      return awaited(done);
                    }));
    assertTrue(awaited(busy));
    step.run();
    done.countDown();
    assertTrue(turn.join());
  }

  private static boolean awaited(CountDownLatch latch) {
    try {
      return latch.await(BUSY_SECONDS_MAX, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void anAttemptIsNotTakenForTheSocketWhoseNumberItGets() {
    RedisUrl url = RedisUrl.parse("redis://127.0.0.1:" + server.actualPort());
    RedisConfig config = RedisConfig.standalone(url, Set.of()).withLimits(10_000, 1_024);
    RedisDialer dialer =
        loop.call(() -> new RedisDialer(loop.vertx(), config, RedisDialer.Peer.NODE));
    NetClient client = loop.vertx().createNetClient();
    NetSocket first = connected(client);
    List<NetSocket> closing = IntStream.range(0, SOCKETS).mapToObj(i -> connected(client)).toList();
    EventLoop.until("all are accepted", () -> accepted.size() == 1 + SOCKETS);
    Promise<List<Future<RespConnection>>> begun = Promise.promise();
    first.handler(
        told -> {
          closing.forEach(NetSocket::close);
          begun.complete(
              IntStream.range(0, ATTEMPTS)
                  .mapToObj(i -> dialer.dial(url, Admission.NONE))
                  .toList());
        });
    try (LogTrap log = LogTrap.open()) {
      whileBusy(
          () ->
              EventLoop.result(
                  Future.all(
                      accepted.stream()
                          .map(socket -> socket.write(OK).compose(written -> socket.close()))
                          .toList())));
      List<Future<RespConnection>> attempts = EventLoop.result(begun.future());
      EventLoop.result(Future.join(attempts).otherwiseEmpty());
      assertEquals(List.of(), attempts.stream().filter(Future::failed).map(Future::cause).toList());
      // Netty's word for what it could give to nobody.
      assertEquals(
          List.of(),
          log.alarms().stream().filter(line -> line.contains("exceptionCaught")).toList());
    }
  }
}
