package io.restante.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.restante.testing.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.NetClient;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WebSocketEndTest {
  private final EventLoop loop = new EventLoop();

  @AfterEach
  void close() {
    loop.close();
  }

  private record Ears(Promise<Buffer> heard, Promise<Void> ended) implements WebSocketEnd.Listener {
    @Override
    public void onMessage(WebSocketEnd from, Buffer message) {
      heard.tryComplete(message.copy());
    }

    @Override
    public void onEnd(WebSocketEnd from) {
      ended.complete();
    }
  }

  private Future<WebSocketEnd> open(HttpServer server, Ears ears) {
    NetClient client = loop.vertx().createNetClient();
    return WebSocketEnd.open(client, server.actualPort(), "/", "", ears);
  }

  private static Ears ears() {
    return new Ears(Promise.promise(), Promise.promise());
  }

  @Test
  void messagesOfEveryLengthComeBackAsTheyWere() {
    HttpServer server =
        loop.await(
            () ->
                loop.vertx()
                    .createHttpServer()
                    .webSocketHandler(
                        socket -> socket.binaryMessageHandler(socket::writeBinaryMessage))
                    .listen(0));
    for (int length : List.of(0, 1, 125, 126, 127, 1_500, 65_535)) {
      Ears ears = ears();
      Buffer message = Buffer.buffer("m".repeat(length));
      loop.await(() -> open(server, ears).onSuccess(end -> end.send(message)));
      assertEquals(message, EventLoop.result(ears.heard.future()));
    }
  }

  @Test
  void aRefusalTellsItsStatusAndAnEndIsTold() {
    HttpServer refusing =
        loop.await(
            () ->
                loop.vertx()
                    .createHttpServer()
                    .requestHandler(request -> request.response().setStatusCode(403).end("no"))
                    .listen(0));
    WebSocketEnd.Refused refused =
        assertThrows(WebSocketEnd.Refused.class, () -> loop.await(() -> open(refusing, ears())));
    assertEquals(403, refused.status());

    HttpServer closing =
        loop.await(
            () ->
                loop.vertx()
                    .createHttpServer()
                    .webSocketHandler(socket -> socket.close((short) 1001))
                    .listen(0));
    Ears ears = ears();
    loop.await(() -> open(closing, ears));
    EventLoop.result(ears.ended.future());
  }
}
