package io.restante.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.ChannelFuture;
import io.restante.account.Caller;
import io.restante.account.Credentials;
import io.restante.account.Verifier;
import io.restante.limit.ByteBudget;
import io.restante.protocol.DeviceAddress;
import io.restante.protocol.Handle;
import io.restante.testing.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.impl.ConnectionBase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A client that goes while its credentials are being checked. */
@Timeout(30)
final class SocketUpgradeTest {
  private static final int ATTEMPTS = 3;
  private static final Caller CALLER =
      new Caller(
          new DeviceAddress(UUID.randomUUID(), 1),
          UUID.randomUUID(),
          new Handle("alice"),
          new Verifier(new byte[16], new byte[32]),
          0,
          null);

  private final Vertx vertx = Vertx.vertx();
  private final List<Throwable> uncaught = new CopyOnWriteArrayList<>();
  private final AtomicInteger asked = new AtomicInteger();
  private final ClosedSockets sockets = new ClosedSockets();
  private @Nullable ConnectionBase connection;

  /** Knows all, in the turn in which the connection ends. */
  private final class Late implements Credentials {
    @Override
    public Future<Optional<Caller>> authenticate(String name, String password) {
      asked.incrementAndGet();
      return vertx
          .timer(1)
          .map(
              turn -> {
                // From the far end of the pipeline, as when the client has gone.
                ChannelFuture closing =
                    Objects.requireNonNull(connection).channel().pipeline().firstContext().close();
                assertTrue(closing.isSuccess());
                return Optional.of(CALLER);
              });
    }

    @Override
    public Future<Boolean> isCurrent(Caller caller) {
      return Future.succeededFuture(true);
    }
  }

  @AfterEach
  void stop() {
    EventLoop.result(vertx.close());
  }

  @Test
  void getsNoSocketAndNothingIsThrown() throws IOException {
    vertx.exceptionHandler(uncaught::add);
    Dispatcher dispatcher =
        new Dispatcher(
            new RouteTable(List.of()),
            new Late(),
            new RequestMeter(new SimpleMeterRegistry(), new AtomicInteger()));
    SocketUpgrade upgrade = new SocketUpgrade(dispatcher, sockets);
    HttpConfig config =
        new HttpConfig(
            "127.0.0.1", 0, null, null, 1, 100, 200, 200, 100, 100, 100, 10, 100, List.of());
    HttpServer server =
        vertx
            .createHttpServer(new HttpServerOptions().setStrictThreadMode(true))
            .requestHandler(
                request -> {
                  connection = (ConnectionBase) request.connection();
                  upgrade.accept(
                      request,
                      new HttpExchange(
                          vertx,
                          request,
                          config,
                          new ByteBudget(200),
                          new UnreadAnswers(new ByteBudget(200), new SimpleMeterRegistry()),
                          "127.0.0.1"));
                });
    EventLoop.result(server.listen(0, "127.0.0.1"));

    for (int i = 0; i < ATTEMPTS; i++) {
      ask(server.actualPort());
    }

    assertEquals(ATTEMPTS, asked.get());
    assertEquals(0, sockets.count());
    assertEquals(List.of(), uncaught);
  }

  /** Asks for a socket and awaits the end of the connection. */
  private static void ask(int port) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      String handshake =
          String.join(
              "\r\n",
              "GET /v1/websocket/?login=a&password=b HTTP/1.1",
              "Host: a",
              "Connection: Upgrade",
              "Upgrade: websocket",
              "Sec-WebSocket-Version: 13",
              "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
              "",
              "");
      socket.getOutputStream().write(handshake.getBytes(StandardCharsets.US_ASCII));
      assertEquals(0, socket.getInputStream().readAllBytes().length);
    }
  }
}
