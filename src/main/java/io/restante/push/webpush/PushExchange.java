package io.restante.push.webpush;

import io.restante.push.Push;
import io.restante.push.PushOutcome;
import io.restante.push.webpush.WebPush.Unsent;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.SocketAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One push on its way, from its host's turn to the end of the answer. It has so much time for all
 * of it, and then its connection is closed, whatever the server does. The answer's status is what
 * counts and is told at once; its body is read to its end, or its limit, and thrown away.
 */
final class PushExchange {
  private static final Logger LOG = LoggerFactory.getLogger(PushExchange.class);

  /** The longest that all push servers take (RFC 8030 lets them shorten it). */
  static final long TTL_SECONDS_MAX = TimeUnit.DAYS.toSeconds(28);

  /** Of pushes that only wake, a server keeps the last one (RFC 8030, section 5.4). */
  private static final String WAKE_UP_TOPIC = "wake-up";

  private final WebPushSender sender;
  private final Push push;
  private final WebPushSubscription to;
  private final long beganAtMs;
  private final Promise<PushOutcome> told = Promise.promise();
  private @Nullable HttpConnection connection;
  private boolean isLate;
  private boolean isAnswered;
  private Runnable alarmOff = () -> {};
  private long bytesRead;
  private boolean isOver;

  PushExchange(WebPushSender sender, Push push, WebPushSubscription to) {
    this.sender = sender;
    this.push = push;
    this.to = to;
    this.beganAtMs = sender.nowMs();
  }

  Future<PushOutcome> run(Future<Void> turn) {
    alarmOff = sender.alarm().set(sender.config().timeoutMs(), this::giveUp);
    turn.compose(go -> inTime(to.endpoint()))
        .compose(sender::lookUp)
        .compose(address -> address.map(this::post).orElseGet(() -> sender.unsent(Unsent.ADDRESS)))
        .onSuccess(told::tryComplete)
        .onFailure(this::fail)
        .onComplete(done -> endUnlessAnswered());
    return told.future();
  }

  private void fail(Throwable failure) {
    LOG.debug("web push not answered: cause={}", failure.getClass().getSimpleName());
    // Without its message: those of libraries name hosts.
    told.tryFail(
        failure instanceof UnreachableException ? failure : new UnreachableException("no answer"));
  }

  private <T> Future<T> inTime(T value) {
    return isLate
        ? Future.failedFuture(new UnreachableException("time is up"))
        : Future.succeededFuture(value);
  }

  private Future<PushOutcome> post(SocketAddress address) {
    return sender
        .seal(push, to)
        .compose(this::inTime)
        .compose(
            message ->
                sender.dial(to.endpoint(), address).compose(request -> write(request, message)));
  }

  private Future<PushOutcome> write(HttpClientRequest request, SealedPush message) {
    // Told by the future of the answer; without one Vert.x logs it.
    request.exceptionHandler(failure -> {});
    HttpConnection open = request.connection();
    connection = open;
    if (isLate) {
      open.close();
      return Future.failedFuture(new UnreachableException("time is up"));
    }
    if (!mayReach(open.remoteAddress())) {
      open.close();
      return sender.unsent(Unsent.ADDRESS);
    }
    request.putHeader("Authorization", message.authorization());
    request.putHeader("TTL", Long.toString(ttlSeconds()));
    request.putHeader("Urgency", push.urgent() ? "high" : "normal");
    request.putHeader("Content-Encoding", "aes128gcm");
    request.putHeader("Content-Type", "application/octet-stream");
    request.putHeader("User-Agent", "restante");
    if (push.envelope() == null) {
      request.putHeader("Topic", WAKE_UP_TOPIC);
    }
    return request.send(Buffer.buffer(message.body())).map(this::read);
  }

  /** Once more on the connection itself, in case anything below redirected it. */
  private boolean mayReach(SocketAddress address) {
    InetSocketAddress resolved = new InetSocketAddress(address.hostAddress(), address.port());
    return sender.rules().mayReach(to.endpoint(), resolved.getAddress());
  }

  private long ttlSeconds() {
    long seconds = TimeUnit.MILLISECONDS.toSeconds(push.expiresAtMs() - beganAtMs);
    return Math.max(0, Math.min(TTL_SECONDS_MAX, seconds));
  }

  private PushOutcome read(HttpClientResponse response) {
    isAnswered = true;
    response.handler(this::discard);
    response.endHandler(ended -> end());
    response.exceptionHandler(broken -> end());
    return PushAnswer.outcome(
        response.statusCode(), response.getHeader("Retry-After"), beganAtMs, sender.nowMs());
  }

  private void discard(Buffer part) {
    bytesRead += part.length();
    if (bytesRead > sender.config().responseBytesMax()) {
      closeConnection();
    }
  }

  private void giveUp() {
    isLate = true;
    told.tryFail(new UnreachableException("time is up"));
    closeConnection();
  }

  private void closeConnection() {
    HttpConnection open = connection;
    if (open != null) {
      open.close();
    }
  }

  private void endUnlessAnswered() {
    if (!isAnswered) {
      end();
    }
  }

  private void end() {
    if (isOver) {
      return;
    }
    isOver = true;
    alarmOff.run();
    if (sender.hasConnectionsToSpare()) {
      closeConnection();
    }
    sender.leave(to.endpoint().host());
  }
}
