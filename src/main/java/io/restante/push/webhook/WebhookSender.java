package io.restante.push.webhook;

import io.restante.protocol.DeviceAddress;
import io.restante.protocol.GatewayException;
import io.restante.protocol.WebhookSignature;
import io.restante.push.BoundedHttp;
import io.restante.push.BoundedHttp.Answer;
import io.restante.push.Push;
import io.restante.push.PushOutcome;
import io.restante.push.PushSender;
import io.restante.push.RetryAfter;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Posts pushes to the operator, who wakes the device by other means: {@code {aci, device, urgent,
 * expires, envelope?}} as JSON, {@code expires} in ms since the epoch, {@code envelope} in padded
 * base64, signed as {@link WebhookSignature} says. A target is {@code <aci>.<device>}.
 *
 * <p>Any 2xx is taken as accepted, 410 means that the device cannot be woken any more, after 429
 * and 5xx the post is to be repeated. Redirects are not followed.
 */
public final class WebhookSender implements PushSender {
  private final BoundedHttp http;
  private final WebhookConfig config;
  private final WebhookSignature signature;
  private final InstantSource clock;

  WebhookSender(BoundedHttp http, WebhookConfig config, InstantSource clock) {
    this.http = http;
    this.config = config;
    this.signature = new WebhookSignature(config.secret());
    this.clock = clock;
  }

  /** A sender for one event loop; to be closed by it. */
  public static PushSender open(Vertx vertx, WebhookConfig config) {
    return new WebhookSender(
        new BoundedHttp(vertx, config.timeoutMs(), config.connectionsMax()),
        config,
        InstantSource.system());
  }

  @Override
  public int envelopeBytesMax() {
    return config.envelopeBytesMax();
  }

  @Override
  public Future<PushOutcome> send(Push push) {
    Buffer envelope = push.envelope();
    Optional<DeviceAddress> device = device(push.target());
    if (device.isEmpty()) {
      return Future.succeededFuture(new PushOutcome.Refused("NOT_A_DEVICE"));
    }
    if (envelope != null && envelope.length() > config.envelopeBytesMax()) {
      return Future.succeededFuture(new PushOutcome.Refused("TOO_LARGE"));
    }
    long startMs = clock.millis();
    Buffer body = body(push, device.get());
    Map<String, String> headers =
        new HashMap<>(signature.headers(delivery(push.target(), envelope), startMs, body));
    headers.put("Content-Type", "application/json");
    return http.post(config.url(), headers, body).map(answer -> outcome(answer, startMs));
  }

  private static Optional<DeviceAddress> device(String target) {
    try {
      return DeviceAddress.parseName(target);
    } catch (GatewayException e) {
      return Optional.empty();
    }
  }

  private static Buffer body(Push push, DeviceAddress device) {
    JsonObject json =
        new JsonObject()
            .put("aci", device.aci().toString())
            .put("device", device.device())
            .put("urgent", push.urgent())
            .put("expires", push.expiresAtMs());
    Buffer envelope = push.envelope();
    if (envelope != null) {
      json.put("envelope", Base64.getEncoder().encodeToString(envelope.getBytes()));
    }
    return json.toBuffer();
  }

  /** Each wake-up is one of its own; an envelope has its guid in it, and is itself each time. */
  private static String delivery(String target, @Nullable Buffer envelope) {
    if (envelope == null) {
      return UUID.randomUUID().toString();
    }
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(target.getBytes(StandardCharsets.US_ASCII));
      ByteBuffer hash = ByteBuffer.wrap(digest.digest(envelope.getBytes()));
      return new UUID(hash.getLong(), hash.getLong()).toString();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("a JDK without SHA-256", e);
    }
  }

  private PushOutcome outcome(Answer answer, long startMs) {
    int status = answer.status();
    if (status / 100 == 2) {
      return new PushOutcome.Accepted();
    }
    if (status == 410) {
      return new PushOutcome.Gone(startMs);
    }
    if (status == 429 || status >= 500) {
      return new PushOutcome.Later(RetryAfter.ms(answer.retryAfter(), clock.millis()));
    }
    return new PushOutcome.Refused("HTTP_" + status);
  }

  @Override
  public void close() {
    http.close();
  }
}
