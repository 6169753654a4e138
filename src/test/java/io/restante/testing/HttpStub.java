package io.restante.testing;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.BiConsumer;

/** A stranger's HTTP server on a free port of 127.0.0.1, which answers as a test says. */
public final class HttpStub {
  private final int port;

  /** Listens, on this loop, where each request comes with its whole body. */
  public HttpStub(EventLoop loop, BiConsumer<HttpServerRequest, Buffer> answer) {
    HttpServer server =
        loop.await(
            () ->
                loop.vertx()
                    .createHttpServer()
                    .requestHandler(
                        request -> request.body().onSuccess(body -> answer.accept(request, body)))
                    .listen(0, "127.0.0.1"));
    port = server.actualPort();
  }

  /** Its address, with a slash at the end. */
  public String url() {
    return "http://127.0.0.1:" + port + '/';
  }
}
