package io.restante.edge;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One event loop of the public server. */
public final class EdgeVerticle extends VerticleBase {
  private final HttpConfig config;
  private final int frameBytesMax;
  private final Supplier<Future<PublicHandler>> parts;
  private final Supplier<Future<Void>> giveUp;
  private @Nullable HttpServer server;

  /**
   * Makes one.
   *
   * @param parts builds what serves this event loop; called on it
   * @param giveUp ends what that has opened, before a start that failed is told
   */
  public EdgeVerticle(
      HttpConfig config,
      int frameBytesMax,
      Supplier<Future<PublicHandler>> parts,
      Supplier<Future<Void>> giveUp) {
    this.config = config;
    this.frameBytesMax = frameBytesMax;
    this.parts = parts;
    this.giveUp = giveUp;
  }

  @Override
  public Future<?> start() {
    return parts.get().compose(this::listen);
  }

  private Future<HttpServer> listen(PublicHandler handler) {
    HttpServer listening =
        vertx
            .createHttpServer(options())
            .connectionHandler(handler::onConnection)
            .invalidRequestHandler(handler::onInvalidRequest)
            .requestHandler(handler::onRequest);
    server = listening;
    return listening
        .listen()
        .onSuccess(bound -> handler.listeningOn(bound.actualPort()))
        .recover(e -> giveUp.get().transform(done -> ListenFailure.of(config, e)));
  }

  private HttpServerOptions options() {
    HttpServerOptions options =
        new HttpServerOptions()
            .setHost(config.host())
            // A negative port is a free one that all event loops share.
            .setPort(config.port() == 0 ? -1 : config.port())
            .setIdleTimeout(config.idleTimeoutMs())
            .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
            .setHandle100ContinueAutomatically(true)
            // All is written on the event loop: no queue of 5 KB for each connection.
            .setStrictThreadMode(true)
            // A frame over this ends the connection at once, one over the next line with 1009.
            .setMaxWebSocketFrameSize(2 * frameBytesMax)
            .setPerFrameWebSocketCompressionSupported(false)
            .setPerMessageWebSocketCompressionSupported(false);
    String certPath = config.tlsCertPath();
    String keyPath = config.tlsKeyPath();
    if (certPath != null && keyPath != null) {
      options
          .setSsl(true)
          .setUseAlpn(true)
          .setEnabledSecureTransportProtocols(Set.of("TLSv1.2", "TLSv1.3"))
          .setKeyCertOptions(new PemKeyCertOptions().setCertPath(certPath).setKeyPath(keyPath));
    }
    return options;
  }

  @Override
  public Future<?> stop() {
    HttpServer listening = server;
    return listening == null ? Future.succeededFuture() : listening.close();
  }
}
