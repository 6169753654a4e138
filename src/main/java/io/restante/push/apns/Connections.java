package io.restante.push.apns;

import io.restante.push.Alarm;
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
  private final Times times;
  private boolean closed;

  /**
   * Says when time is up.
   *
   * @param answers of an answer
   * @param pings between two pings of a connection
   */
  record Times(Alarm answers, Alarm pings) {
    static Times of(Vertx vertx) {
      return new Times(Alarm.of(vertx), Alarm.of(vertx));
    }
  }

  private Connections(HttpClientAgent client, int generation, int timeoutMs, Times times) {
    this.client = client;
    this.generation = generation;
    this.timeoutMs = timeoutMs;
    this.times = times;
  }

  static Connections of(Vertx vertx, ApnsConfig config, Credentials credentials, Times times) {
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
            .withConnectHandler(
                connection -> new KeepAlive(connection, timeoutMs, times.pings()).begin())
            .build();
    return new Connections(client, credentials.generation(), timeoutMs, times);
  }

  /** Pings one connection, and closes it where a ping was not answered by the next. */
  private static final class KeepAlive {
    private final HttpConnection connection;
    private final int everyMs;
    private final Alarm alarm;
    private Runnable off = () -> {};
    private boolean isAwaited;

    KeepAlive(HttpConnection connection, int everyMs, Alarm alarm) {
      this.connection = connection;
      this.everyMs = everyMs;
      this.alarm = alarm;
    }

    void begin() {
      off = alarm.set(everyMs, this::ping);
      connection.closeHandler(closed -> off.run());
    }

    private void ping() {
      if (isAwaited) {
        connection.close();
        return;
      }
      isAwaited = true;
      connection.ping(PING).onSuccess(pong -> isAwaited = false);
      off = alarm.set(everyMs, this::ping);
    }
  }

  HttpClientAgent client() {
    return client;
  }

  int timeoutMs() {
    return timeoutMs;
  }

  Times times() {
    return times;
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
