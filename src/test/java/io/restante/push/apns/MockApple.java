package io.restante.push.apns;

import com.eatthepath.pushy.apns.auth.ApnsVerificationKey;
import com.eatthepath.pushy.apns.server.MockApnsServer;
import com.eatthepath.pushy.apns.server.MockApnsServerBuilder;
import com.eatthepath.pushy.apns.server.MockApnsServerListener;
import com.eatthepath.pushy.apns.server.PushNotificationHandler;
import com.eatthepath.pushy.apns.server.PushNotificationHandlerFactory;
import com.eatthepath.pushy.apns.server.RejectedNotificationException;
import com.eatthepath.pushy.apns.server.RejectionReason;
import com.eatthepath.pushy.apns.server.ValidatingPushNotificationHandlerFactory;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.restante.testing.TlsFiles;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLSession;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERSequence;
import org.jspecify.annotations.Nullable;

/**
 * Apple's server as pushy mocks it, with all checks that it has: topic, priority, type, ids, device
 * tokens, who we are, and size. Says what tests tell it to, before it checks.
 */
final class MockApple implements AutoCloseable {
  static final String TOPIC = "im.example.app";
  static final String OTHER_TOPIC = "im.example.other";

  /** One for all, as it takes seconds to end. */
  @SuppressWarnings("deprecation") // Pushy knows this one by its name, and none of Netty 4.2's.
  private static final EventLoopGroup LOOP =
      new NioEventLoopGroup(1, new DefaultThreadFactory("mock-apple", true));

  /** A request that came: its headers but for those of HTTP/2, and its body. */
  record Taken(Map<String, String> headers, String body, @Nullable RejectionReason rejection) {
    String header(String name) {
      return headers.getOrDefault(name, "");
    }

    JsonObject json() {
      return new JsonObject(body);
    }
  }

  private final Set<String> devices = ConcurrentHashMap.newKeySet();
  private final Set<String> devicesElsewhere = ConcurrentHashMap.newKeySet();
  private final Map<String, Instant> unregistered = new ConcurrentHashMap<>();
  private final Map<String, ApnsVerificationKey> keys = new ConcurrentHashMap<>();
  private final Map<ApnsVerificationKey, Set<String>> topics = new ConcurrentHashMap<>();
  private final Deque<RejectionReason> told = new ArrayDeque<>();
  private final List<Taken> taken = new CopyOnWriteArrayList<>();
  private final AtomicInteger connections = new AtomicInteger();
  private final MockApnsServer server;
  private final int port;

  MockApple() {
    TlsFiles tls = AppleTls.SERVER;
    try {
      server =
          new MockApnsServerBuilder()
              .setServerCredentials(tls.certificate().toFile(), tls.key().toFile(), null)
              .setTrustedClientCertificateChain(tls.ca().toFile())
              .setUseAlpn(true)
              .setEventLoopGroup(LOOP)
              .setHandlerFactory(new Handlers())
              .setListener(new Notes())
              .build();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    port = server.start(0).join();
  }

  int port() {
    return port;
  }

  /** Knows this device, for our topic. */
  MockApple knows(String device) {
    devices.add(device);
    return this;
  }

  /** Knows this device, for another app. */
  MockApple knowsElsewhere(String device) {
    devicesElsewhere.add(device);
    return this;
  }

  MockApple unregistered(String device, Instant since) {
    unregistered.put(device, since);
    return this;
  }

  /** From now on takes tokens of this key, and of no other. */
  MockApple takes(AppleKey key) {
    ApnsVerificationKey half = key.atApple();
    topics.put(half, Set.of(TOPIC, OTHER_TOPIC));
    keys.put(AppleKey.KEY_ID, half);
    return this;
  }

  /** Says these to the next requests, one each. */
  synchronized void say(RejectionReason... reasons) {
    told.addAll(List.of(reasons));
  }

  private synchronized @Nullable RejectionReason next() {
    return told.poll();
  }

  /** All requests so far. */
  List<Taken> taken() {
    return List.copyOf(taken);
  }

  /** The last request. */
  Taken last() {
    return taken.get(taken.size() - 1);
  }

  /** Connections so far. */
  int connections() {
    return connections.get();
  }

  @Override
  public void close() {
    server.shutdown().join();
  }

  private final class Handlers implements PushNotificationHandlerFactory {
    private final PushNotificationHandlerFactory validating =
        new ValidatingPushNotificationHandlerFactory(
            Map.of(TOPIC, devices, OTHER_TOPIC, devicesElsewhere), unregistered, keys, topics);

    @Override
    public PushNotificationHandler buildHandler(SSLSession session) {
      connections.incrementAndGet();
      PushNotificationHandler checks = validating.buildHandler(session);
      return (headers, payload) -> {
        RejectionReason reason = next();
        if (reason != null) {
          throw new RejectedNotificationException(reason);
        }
        asPushyHasIt(headers);
        checks.handlePushNotification(headers, payload);
      };
    }
  }

  /**
   * Tokens have signatures of 64 bytes (RFC 7518, 3.4). The mock knows only its own library's,
   * which are the same two numbers in DER.
   */
  private static void asPushyHasIt(Http2Headers headers) throws RejectedNotificationException {
    CharSequence authorization = headers.get("authorization");
    if (authorization == null) {
      return;
    }
    String token = authorization.toString();
    int dot = token.lastIndexOf('.');
    byte[] raw = Base64.getUrlDecoder().decode(token.substring(dot + 1));
    if (raw.length != 64) {
      throw new RejectedNotificationException(RejectionReason.INVALID_PROVIDER_TOKEN);
    }
    DERSequence pair =
        new DERSequence(
            new ASN1Integer[] {
              new ASN1Integer(new BigInteger(1, Arrays.copyOf(raw, 32))),
              new ASN1Integer(new BigInteger(1, Arrays.copyOfRange(raw, 32, 64)))
            });
    try {
      headers.set(
          "authorization",
          token.substring(0, dot + 1)
              + Base64.getUrlEncoder().withoutPadding().encodeToString(pair.getEncoded()));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private final class Notes implements MockApnsServerListener {
    @Override
    public void handlePushNotificationAccepted(Http2Headers headers, ByteBuf payload) {
      note(headers, payload, null);
    }

    @Override
    public void handlePushNotificationRejected(
        Http2Headers headers,
        ByteBuf payload,
        RejectionReason rejection,
        @Nullable Instant unregisteredSince) {
      note(headers, payload, rejection);
    }

    private void note(Http2Headers headers, ByteBuf payload, @Nullable RejectionReason rejection) {
      Map<String, String> seen = new ConcurrentHashMap<>();
      headers.forEach(header -> seen.put(header.getKey().toString(), header.getValue().toString()));
      taken.add(new Taken(seen, payload.toString(StandardCharsets.UTF_8), rejection));
    }
  }
}
