package io.restante.push.apns;

import io.restante.testing.EventLoop;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PemKeyCertOptions;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A server of HTTP/2 that answers, or does not, as a test says: what pushy's mock cannot do. */
final class ScriptedApple {
  private final List<HttpConnection> connections = new CopyOnWriteArrayList<>();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicInteger pings = new AtomicInteger();
  private final AtomicInteger resets = new AtomicInteger();
  private volatile Consumer<HttpServerRequest> script = request -> request.response().end();
  private final HttpServer server;

  ScriptedApple(EventLoop loop) {
    server =
        loop.await(
            () ->
                loop.vertx()
                    .createHttpServer(
                        new HttpServerOptions()
                            .setSsl(true)
                            .setUseAlpn(true)
                            .setKeyCertOptions(
                                new PemKeyCertOptions()
                                    .addCertPath(AppleTls.SERVER.certificate().toString())
                                    .addKeyPath(AppleTls.SERVER.key().toString())))
                    .connectionHandler(this::opened)
                    .requestHandler(this::asked)
                    .listen(0, "127.0.0.1"));
  }

  private void opened(HttpConnection connection) {
    connections.add(connection);
    open.incrementAndGet();
    connection.pingHandler(ping -> pings.incrementAndGet());
    connection.closeHandler(closed -> open.decrementAndGet());
  }

  private void asked(HttpServerRequest request) {
    requests.incrementAndGet();
    request.response().exceptionHandler(failure -> resets.incrementAndGet());
    Consumer<HttpServerRequest> answer = script;
    // All of it is there before it is answered.
    request.body().onSuccess(body -> answer.accept(request));
  }

  /** What is done with requests from now on. */
  void script(Consumer<HttpServerRequest> answer) {
    script = answer;
  }

  int port() {
    return server.actualPort();
  }

  /** Connections so far. */
  int connections() {
    return connections.size();
  }

  /** Connections that are open. */
  int open() {
    return open.get();
  }

  int requests() {
    return requests.get();
  }

  int pings() {
    return pings.get();
  }

  /** Requests that were given up before their answer. */
  int resets() {
    return resets.get();
  }
}
