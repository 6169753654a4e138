package io.restante.push.webpush;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.restante.push.HandAlarm;
import io.restante.push.Push;
import io.restante.push.PushOutcome;
import io.restante.testing.EventLoop;
import io.restante.testing.TlsFiles;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.dns.AddressResolverOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.Inet6Address;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A sender on an event loop of its own, whose names a {@link StubDns} knows and whose connections
 * are watched; servers run on another Vert.x. Made once a class, a sender for each test.
 */
final class PushBed implements AutoCloseable {
  static final long NOW_MS = 1_800_000_000_000L;
  static final int RESPONSE_BYTES_MAX = 1_000;
  static final int IN_FLIGHT_MAX = 4;
  static final int HOST_IN_FLIGHT_MAX = 2;
  static final int HOST_WAITING_MAX = 1;

  /** Of what is not pushes' own time, which is up when a test says so: no machine is that slow. */
  private static final int TIMEOUT_MS = 60_000;

  final StubDns dns = new StubDns();
  final WatchedTransport transport = new WatchedTransport();
  final EventLoop servers = new EventLoop();
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  final BigInteger deviceSecret = P256.newSecret(new SecureRandom());
  final byte[] deviceAuth = new byte[WebPushSubscription.AUTH_BYTES];
  final TlsFiles tls;
  final Path key;

  private final HandAlarm alarm = new HandAlarm();
  private final EventLoop loop;
  private @Nullable WebPush shared;
  private @Nullable WebPushSender sender;

  /**
   * A bed.
   *
   * @param names of the certificate
   */
  PushBed(Path folder, String... names) {
    new SecureRandom().nextBytes(deviceAuth);
    tls = TlsFiles.make(folder, names);
    key = folder.resolve("vapid.pem");
    try {
      Files.writeString(key, VapidKey.generate(new SecureRandom()).fileText());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    AddressResolverOptions resolver =
        new AddressResolverOptions()
            .addServer(dns.address())
            .setSearchDomains(List.of("inside.test"))
            .setNdots(5)
            .setHostsValue(Buffer.buffer("127.0.0.1 localhost hosts.test\n"))
            .setQueryTimeout(TIMEOUT_MS);
    loop =
        new EventLoop(
            Vertx.builder()
                .withTransport(transport)
                .with(new VertxOptions().setAddressResolverOptions(resolver))
                .build());
  }

  /** Whether names are asked for addresses of IPv6: Netty does where the machine has one. */
  static boolean asksForIpv6() {
    try {
      return NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .filter(Inet6Address.class::isInstance)
          .anyMatch(its -> !its.isLoopbackAddress() && !its.isLinkLocalAddress());
    } catch (SocketException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A sender with this port and these allowances. */
  void open(int port, boolean trusts, String... allow) {
    open(TIMEOUT_MS, port, trusts, allow);
  }

  /** A sender that awaits connections and handshakes for so long only. */
  void openHasty(int timeoutMs, int port, String... allow) {
    open(timeoutMs, port, true, allow);
  }

  private void open(int timeoutMs, int port, boolean trusts, String... allow) {
    closeSender();
    transport.dialled().clear();
    dns.asked().clear();
    meters.clear();
    WebPushConfig config =
        new WebPushConfig(
            key,
            "mailto:push@restante.example",
            Set.of(port),
            List.of(allow),
            trusts ? tls.ca() : null,
            WebPushConfig.ENDPOINT_CHARS_MAX,
            timeoutMs,
            RESPONSE_BYTES_MAX,
            IN_FLIGHT_MAX,
            HOST_IN_FLIGHT_MAX,
            HOST_WAITING_MAX);
    WebPush opened =
        WebPush.open(
            config, meters, InstantSource.fixed(Instant.ofEpochMilli(NOW_MS)), vertx -> alarm);
    shared = opened;
    sender = loop.call(() -> (WebPushSender) opened.sender(loop.vertx()));
  }

  WebPush shared() {
    return Objects.requireNonNull(shared);
  }

  WebPushSender sender() {
    return Objects.requireNonNull(sender);
  }

  /** What {@code PUT /v1/accounts/webpush} stores, whether it would take the endpoint or not. */
  String target(String endpoint) {
    Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
    JsonObject keys =
        new JsonObject()
            .put("p256dh", base64.encodeToString(P256.publicKey(deviceSecret)))
            .put("auth", base64.encodeToString(deviceAuth));
    return new JsonObject().put("endpoint", endpoint).put("keys", keys).encode();
  }

  /** Begins a push. */
  Future<PushOutcome> begin(Push push) {
    return begin(List.of(push)).get(0);
  }

  /** Begins pushes in one tick. */
  List<Future<PushOutcome>> begin(List<Push> pushes) {
    return loop.call(
        () ->
            pushes.stream()
                .map(
                    push -> {
                      Promise<PushOutcome> told = Promise.promise();
                      sender().send(push).onComplete(told);
                      return told.future();
                    })
                .toList());
  }

  /** Pushes an envelope to an endpoint. */
  PushOutcome push(String endpoint) {
    return EventLoop.result(begin(envelope(endpoint, "an envelope")));
  }

  /** The time of all pushes that have begun is up. */
  void timeIsUp() {
    alarm.ring(loop);
  }

  Push envelope(String endpoint, String text) {
    return new Push(target(endpoint), Buffer.buffer(text), true, NOW_MS + 60_000);
  }

  /** How often a push was not sent, by reason. */
  double unsent(String reason) {
    return meters.counter("restante.web.pushes.unsent", "reason", reason).count();
  }

  /** Awaits that no push has a place any more. */
  void untilIdle() {
    EventLoop.until("no host has a push", () -> hosts() == 0);
  }

  /** Hosts that have pushes. */
  int hosts() {
    return loop.call(() -> sender().hosts());
  }

  private void closeSender() {
    WebPushSender open = sender;
    if (open != null) {
      open.close();
    }
  }

  @Override
  public void close() {
    closeSender();
    loop.close();
    servers.close();
    dns.close();
  }
}
