package io.restante.testing;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.PemKeyCertOptions;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Speaks TLS on a port of every address of this machine's loopback, and hands what it gets on to a
 * port of 127.0.0.1 in clear. It ends with its Vert.x.
 */
public final class TlsRelay {
  private final NetClient client;
  private final NetServer server;
  private final int target;
  private final AtomicInteger connections = new AtomicInteger();

  /** Begins to hand on. */
  public TlsRelay(Vertx vertx, TlsFiles files, int target) {
    this.target = target;
    this.client = vertx.createNetClient();
    NetServerOptions options =
        new NetServerOptions()
            .setSsl(true)
            .setKeyCertOptions(
                new PemKeyCertOptions()
                    .addCertPath(files.certificate().toString())
                    .addKeyPath(files.key().toString()));
    this.server =
        EventLoop.result(
            vertx.createNetServer(options).connectHandler(this::relay).listen(0, "0.0.0.0"));
  }

  /** Where it listens. */
  public int port() {
    return server.actualPort();
  }

  /** How many were ever handed on. */
  public int connections() {
    return connections.get();
  }

  private void relay(NetSocket from) {
    connections.incrementAndGet();
    from.pause();
    client
        .connect(target, "127.0.0.1")
        .onSuccess(
            to -> {
              from.pipeTo(to);
              to.pipeTo(from);
            })
        .onFailure(failure -> from.close());
  }
}
