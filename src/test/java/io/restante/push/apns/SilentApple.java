package io.restante.push.apns;

import io.restante.testing.EventLoop;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.PemKeyCertOptions;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that agrees on HTTP/2 in its TLS handshake, and says nothing after that. */
final class SilentApple {
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger open = new AtomicInteger();
  private final NetServer server;

  SilentApple(EventLoop loop) {
    NetServerOptions options =
        new NetServerOptions()
            .setSsl(true)
            .setUseAlpn(true)
            .setKeyCertOptions(
                new PemKeyCertOptions()
                    .addCertPath(AppleTls.SERVER.certificate().toString())
                    .addKeyPath(AppleTls.SERVER.key().toString()));
    options.getSslOptions().setApplicationLayerProtocols(List.of("h2"));
    server =
        loop.await(
            () ->
                loop.vertx()
                    .createNetServer(options)
                    .connectHandler(this::opened)
                    .listen(0, "127.0.0.1"));
  }

  private void opened(NetSocket socket) {
    connections.incrementAndGet();
    open.incrementAndGet();
    socket.closeHandler(closed -> open.decrementAndGet());
  }

  int port() {
    return server.actualPort();
  }

  /** Connections so far. */
  int connections() {
    return connections.get();
  }

  /** Connections that are open. */
  int open() {
    return open.get();
  }
}
