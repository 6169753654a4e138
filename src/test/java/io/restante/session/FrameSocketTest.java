package io.restante.session;

import static org.junit.jupiter.api.Assertions.assertFalse;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.restante.testing.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import org.junit.jupiter.api.Test;

/** Frames on a real WebSocket. */
class FrameSocketTest {
  private static final int REQUESTS_MAX = 8;
  private static final int MESSAGE_BYTES_MAX = 1_000;

  @Test
  void aSocketThatItsClientClosedIsNotFull() {
    try (EventLoop loop = new EventLoop()) {
      Promise<Boolean> full = Promise.promise();
      HttpServer server = loop.vertx().createHttpServer();
      server.webSocketHandler(
          socket -> {
            FrameSocket frames = frames(socket);
            frames.open(response -> {}, () -> {}, () -> ask(full, frames));
          });
      WebSocketConnectOptions to =
          new WebSocketConnectOptions()
              .setHost("127.0.0.1")
              .setURI("/")
              .setPort(EventLoop.result(server.listen(0, "127.0.0.1")).actualPort());
      WebSocketClient client = loop.vertx().createWebSocketClient();
      EventLoop.result(client.connect(to).compose(socket -> socket.close()));
      assertFalse(EventLoop.result(full.future()));
    }
  }

  private static void ask(Promise<Boolean> answer, FrameSocket frames) {
    try {
      answer.complete(frames.isFull());
    } catch (RuntimeException e) {
      answer.fail(e);
    }
  }

  private static FrameSocket frames(ServerWebSocket socket) {
    return new FrameSocket(
        WebSocketChannel.of(socket, Vertx.currentContext(), MESSAGE_BYTES_MAX),
        (request, caller, address) -> Future.failedFuture("no request is expected"),
        null,
        "127.0.0.1",
        REQUESTS_MAX,
        new SessionMeters(new SimpleMeterRegistry()));
  }
}
