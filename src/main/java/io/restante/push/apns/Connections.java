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
import java.util.concurrent.atomic.AtomicBoolean;

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
  private boolean closed;

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
    AtomicBoolean isAwaited = new AtomicBoolean();
    long timer =
        vertx.setPeriodic(
            everyMs,
            id -> {
              if (isAwaited.getAndSet(true)) {
                connection.close();
              } else {
                connection.ping(PING).onSuccess(pong -> isAwaited.set(false));
              }
            });
    connection.closeHandler(closed -> vertx.cancelTimer(timer));
  }

  HttpClientAgent client() {
    return client;
  }

  int timeoutMs() {
    return timeoutMs;
  }

  /** Whether these are usable for requests with these credentials. */
  boolean areFor(Credentials credentials) {
    return !closed && generation == credentials.generation();
  }

  /** Ends them, as soon as what was asked is answered, and within the time of a request. */
  void close() {
    if (!closed) {
      closed = true;
      client.shutdown(timeoutMs, TimeUnit.MILLISECONDS);
    }
  }
}
