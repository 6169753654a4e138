package io.restante.push.webpush;

import io.restante.protocol.GatewayException;
import io.restante.push.Alarm;
import io.restante.push.Push;
import io.restante.push.PushOutcome;
import io.restante.push.PushSender;
import io.restante.push.webpush.WebPush.Unsent;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.security.SecureRandom;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Posts pushes to the servers that their endpoints name. Nothing of an endpoint is believed: see
 * {@link EndpointRules}, {@link HostLookup} and {@link PushExchange}. HTTP/1.1, which all push
 * servers speak, as a stranger can do less in it.
 */
final class WebPushSender implements PushSender {
  /** Name of the worker threads, which senders of one Vert.x share. */
  static final String THREADS_NAME = "restante-webpush";

  private static final int KEEP_ALIVE_SECONDS = 20;
  private static final int HEADER_BYTES_MAX = 8192;
  private static final long BUSY_PAUSE_MS = 1_000;

  private final WebPush shared;
  private final WebPushConfig config;
  private final Vertx vertx;
  private final HostSlots slots;
  private final HostLookup lookup;
  private final WorkerExecutor workers;
  private final HttpClient client;
  private final SecureRandom random = new SecureRandom();
  private final Alarm alarm;
  private int connections;

  WebPushSender(Vertx vertx, WebPush shared, Alarm alarm) {
    this.shared = shared;
    this.config = shared.config();
    this.vertx = vertx;
    this.alarm = alarm;
    this.slots = new HostSlots(config);
    this.lookup = new HostLookup(vertx, shared.rules());
    this.workers =
        vertx.createSharedWorkerExecutor(THREADS_NAME, Runtime.getRuntime().availableProcessors());
    this.client = client();
  }

  private HttpClient client() {
    HttpClientOptions options =
        new HttpClientOptions()
            .setSsl(true)
            .setVerifyHost(true)
            .setTrustOptions(shared.trust())
            .setConnectTimeout(config.timeoutMs())
            .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
            .setSslHandshakeTimeout(config.timeoutMs())
            .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
            .setMaxHeaderSize(HEADER_BYTES_MAX)
            .setDecompressionSupported(false);
    PoolOptions pool =
        new PoolOptions()
            .setHttp1MaxSize(config.hostInFlightMax())
            .setMaxWaitQueueSize(config.inFlightMax());
    return vertx
        .httpClientBuilder()
        .with(options)
        .with(pool)
        .withConnectHandler(
            connection -> {
              connections++;
              connection.closeHandler(closed -> connections--);
            })
        .build();
  }

  @Override
  public int envelopeBytesMax() {
    return MessageEncryption.CONTENT_BYTES_MAX;
  }

  @Override
  public Future<PushOutcome> send(Push push) {
    Buffer envelope = push.envelope();
    if (envelope != null && envelope.length() > envelopeBytesMax()) {
      return refused("an envelope of " + envelope.length() + " bytes");
    }
    WebPushSubscription to;
    try {
      to = WebPushSubscription.parse(push.target(), shared.rules());
    } catch (GatewayException notOne) {
      return unsent(Unsent.ENDPOINT);
    }
    return slots
        .enter(to.endpoint().host())
        .map(turn -> new PushExchange(this, push, to).run(turn))
        .orElseGet(() -> unsent(Unsent.BUSY));
  }

  /** Counts and tells a push that nobody is asked for. */
  Future<PushOutcome> unsent(Unsent reason) {
    shared.countUnsent(reason);
    return reason == Unsent.BUSY
        ? Future.succeededFuture(new PushOutcome.Later(BUSY_PAUSE_MS))
        : refused(reason.name().toLowerCase(Locale.ROOT) + " not allowed");
  }

  private static Future<PushOutcome> refused(String reason) {
    return Future.succeededFuture(new PushOutcome.Refused(reason));
  }

  /** Where a push may go; empty for nowhere. */
  Future<Optional<SocketAddress>> lookUp(Endpoint endpoint) {
    return lookup.address(endpoint).onFailure(unknown -> shared.countUnsent(Unsent.UNRESOLVED));
  }

  /**
   * A request to an endpoint at this address. The name is in the certificate that is asked for and
   * in {@code Host}; it is not looked up again.
   */
  Future<HttpClientRequest> dial(Endpoint endpoint, SocketAddress address) {
    return client.request(
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setServer(address)
            .setHost(endpoint.host())
            .setPort(endpoint.port())
            .setSsl(true)
            .setURI(endpoint.target())
            .setFollowRedirects(false)
            .setConnectTimeout(config.timeoutMs()));
  }

  /** Encrypts on a worker thread: it takes a third of a millisecond. */
  Future<SealedPush> seal(Push push, WebPushSubscription to) {
    Buffer envelope = push.envelope();
    byte[] content = envelope == null ? new byte[0] : envelope.getBytes();
    return workers.executeBlocking(
        () ->
            new SealedPush(
                MessageEncryption.seal(content, to, random),
                shared.tokens().authorization(to.endpoint().origin())),
        false);
  }

  /** Gives a host's place to the next, in a later tick: who waited in vain gives his on as well. */
  void leave(String host) {
    vertx.runOnContext(go -> slots.leave(host));
  }

  /** Says when the time of a push is up. */
  Alarm alarm() {
    return alarm;
  }

  WebPushConfig config() {
    return config;
  }

  EndpointRules rules() {
    return shared.rules();
  }

  long nowMs() {
    return shared.clock().millis();
  }

  /** Whether there are so many connections that one without a push is ended. */
  boolean hasConnectionsToSpare() {
    return connections > config.inFlightMax();
  }

  /** Hosts that have pushes. */
  int hosts() {
    return slots.hosts();
  }

  @Override
  public void close() {
    client.close();
    workers.close();
  }
}
