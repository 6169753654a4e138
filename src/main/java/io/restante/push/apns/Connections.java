package io.restante.push.apns;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.net.PemTrustOptions;
import java.util.concurrent.TimeUnit;

/**
 * Connections of one event loop with the same credentials. They stay open, as Apple asks for, and
 * are pinged: one that does not answer is closed, and one behind a NAT is not forgotten.
 */
final class Connections {
  private static final int STREAMS_MAX = 1_000;
  private static final int QUEUE_MAX = 10_000;
  private static final Buffer PING = Buffer.buffer(new byte[8]);

  private final HttpClientAgent client;
  private final int generation;
  private final int timeoutMs;

  private Connections(HttpClientAgent client, int generation, int timeoutMs) {
    this.client = client;
    this.generation = generation;
    this.timeoutMs = timeoutMs;
  }

  static Connections of(Vertx vertx, ApnsConfig config, Credentials credentials) {
    int timeoutMs = config.timeoutMs();
    HttpClientOptions options =
        new HttpClientOptions()
            .setProtocolVersion(HttpVersion.HTTP_2)
            .setUseAlpn(true)
            .setSsl(true)
            .setDefaultHost(config.host())
            .setDefaultPort(config.port())
            .setKeyCertOptions(credentials.certificate())
            .setConnectTimeout(timeoutMs)
            .setSslHandshakeTimeout(timeoutMs)
            .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
            .setReadIdleTimeout(2 * timeoutMs)
            .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
            .setHttp2KeepAliveTimeout(0)
            .setHttp2MultiplexingLimit(STREAMS_MAX);
    if (credentials.ca() != null) {
      options.setTrustOptions(new PemTrustOptions().addCertValue(credentials.ca()));
    }
    PoolOptions pool =
        new PoolOptions()
            .setHttp1MaxSize(config.connectionsMax())
            .setHttp2MaxSize(config.connectionsMax())
            .setMaxWaitQueueSize(QUEUE_MAX);
    HttpClientAgent client =
        vertx
            .httpClientBuilder()
            .with(options)
            .with(pool)
            .withConnectHandler(connection -> keepAlive(vertx, connection, timeoutMs))
            .build();
    return new Connections(client, credentials.generation(), timeoutMs);
  }

  private static void keepAlive(Vertx vertx, HttpConnection connection, int everyMs) {
    long timer = vertx.setPeriodic(everyMs, id -> connection.ping(PING));
    connection.closeHandler(closed -> vertx.cancelTimer(timer));
  }

  HttpClientAgent client() {
    return client;
  }

  int generation() {
    return generation;
  }

  /** Ends them, as soon as what was asked is answered. */
  void close() {
    client.shutdown(timeoutMs, TimeUnit.MILLISECONDS);
  }
}
