package io.restante.push.apns;

import io.restante.push.Push;
import io.restante.push.PushOutcome;
import io.restante.push.PushSender;
import io.restante.push.apns.Connections.Times;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Brings pushes to Apple's push notification service ("Sending notification requests to APNs"). A
 * push whose provider token is refused is sent once more if there is another token.
 */
final class ApnsSender implements PushSender {
  /** Apple names no length, but 100 bytes at most; none was ever shorter than 32. */
  private static final Pattern TOKEN = Pattern.compile("([0-9A-Fa-f]{2}){32,100}");

  private final Vertx vertx;
  private final ApnsConfig config;
  private final Apns apns;
  private final Times times;
  private @Nullable Connections connections;
  private boolean closed;

  ApnsSender(Vertx vertx, ApnsConfig config, Apns apns, Times times) {
    this.vertx = vertx;
    this.config = config;
    this.apns = apns;
    this.times = times;
  }

  @Override
  public int envelopeBytesMax() {
    return ApnsPayload.envelopeBytesMax();
  }

  @Override
  public Future<PushOutcome> send(Push push) {
    long nowMs = apns.nowMs();
    if (!TOKEN.matcher(push.target()).matches()) {
      return Future.succeededFuture(new PushOutcome.Gone(nowMs));
    }
    RequestOptions request = request(push);
    Buffer payload = ApnsPayload.of(push);
    ProviderToken token = apns.credentials().token();
    return ask(request, payload)
        .compose(
            answer ->
                token != null && answer.refusesProviderToken()
                    ? askAgain(token, answer, request, payload)
                    : Future.succeededFuture(answer))
        .map(answer -> outcome(answer, nowMs));
  }

  private PushOutcome outcome(ApnsAnswer answer, long sentAtMs) {
    PushOutcome outcome = answer.outcome(sentAtMs, apns.isProven());
    if (outcome instanceof PushOutcome.Accepted) {
      apns.prove();
    }
    return outcome;
  }

  private Future<ApnsAnswer> askAgain(
      ProviderToken refused, ApnsAnswer answer, RequestOptions request, Buffer payload) {
    return apns.replace(refused)
        .compose(replaced -> replaced ? ask(request, payload) : Future.succeededFuture(answer));
  }

  private Future<ApnsAnswer> ask(RequestOptions request, Buffer payload) {
    if (closed) {
      return Future.failedFuture(new UnansweredException(new IllegalStateException()));
    }
    Credentials credentials = apns.credentials();
    ProviderToken token = credentials.token();
    if (token != null) {
      request.putHeader("authorization", "bearer " + token.text());
    }
    return Exchange.ask(connections(credentials), request, payload);
  }

  /** Those of these credentials; the ones before end once what they were asked is answered. */
  private Connections connections(Credentials credentials) {
    Connections open = connections;
    if (open != null && open.areFor(credentials)) {
      return open;
    }
    if (open != null) {
      open.close();
    }
    Connections made = Connections.of(vertx, config, credentials, times);
    connections = made;
    return made;
  }

  private RequestOptions request(Push push) {
    String type = push.urgent() ? "alert" : "background";
    RequestOptions request =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setURI("/3/device/" + push.target())
            .setConnectTimeout(config.timeoutMs())
            .putHeader("apns-id", UUID.randomUUID().toString())
            .putHeader("apns-topic", config.topic())
            .putHeader("apns-push-type", type)
            .putHeader("apns-priority", push.urgent() ? "10" : "5")
            .putHeader("apns-expiration", Long.toString(Math.max(0, push.expiresAtMs() / 1_000)));
    if (push.envelope() == null) {
      // One for each type, so that a silent wake-up never takes the place of one that is seen.
      request.putHeader("apns-collapse-id", "restante-" + type);
    }
    return request;
  }

  @Override
  public void close() {
    closed = true;
    if (connections != null) {
      connections.close();
    }
  }
}
