package io.restante.push;

import io.restante.push.PushMeters.Result;
import io.vertx.core.Future;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * A provider's sender of one event loop, with a limit on pushes in flight, a circuit breaker and
 * metrics. Its futures do not fail: a provider that fails is one to be asked later.
 */
final class GuardedSender {
  private static final Logger LOG = LoggerFactory.getLogger(GuardedSender.class);

  /** When too many are under way. */
  private static final int BUSY_MS = 1_000;

  private final Provider provider;
  private final PushSender sender;
  private final int inFlightMax;
  private final PushMeters meters;
  private final LongSupplier nanos;
  private final CircuitBreaker breaker = new CircuitBreaker();
  private int inFlight;

  GuardedSender(
      Provider provider,
      PushSender sender,
      int inFlightMax,
      PushMeters meters,
      LongSupplier nanos) {
    this.provider = provider;
    this.sender = sender;
    this.inFlightMax = inFlightMax;
    this.meters = meters;
    this.nanos = nanos;
  }

  int envelopeBytesMax() {
    return sender.envelopeBytesMax();
  }

  /** For how many ms nothing is to be sent; 0 where a push may be sent now, and has to be. */
  long holdMs() {
    long nowMs = ms(nanos.getAsLong());
    long holdMs = 0;
    if (inFlight >= inFlightMax) {
      holdMs = BUSY_MS;
    } else if (!breaker.admits(nowMs)) {
      holdMs = breaker.waitMs(nowMs);
    }
    if (holdMs > 0) {
      meters.result(provider, Result.HELD_BACK);
    }
    return holdMs;
  }

  Future<PushOutcome> send(Push push) {
    long begunNanos = nanos.getAsLong();
    change(1);
    return attempt(push)
        .map(
            outcome -> {
              change(-1);
              breaker.onAnswer();
              count(push, outcome, nanos.getAsLong() - begunNanos);
              return outcome;
            })
        .otherwise(
            failure -> {
              change(-1);
              onFailure(failure);
              return new PushOutcome.Later(0);
            });
  }

  private Future<PushOutcome> attempt(Push push) {
    try {
      return sender.send(push);
    } catch (RuntimeException fault) {
      return Future.failedFuture(fault);
    }
  }

  private void onFailure(Throwable failure) {
    meters.result(provider, Result.FAILED);
    if (provider.isOneServer() && breaker.onFailure(ms(nanos.getAsLong()))) {
      meters.broken(provider);
      // Its message may name a target.
      LOG.warn(
          "push provider does not answer: provider={} cause={}",
          provider.tag(),
          failure.getClass().getSimpleName());
    }
  }

  private void count(Push push, PushOutcome outcome, long tookNanos) {
    meters.took(provider, tookNanos);
    Result result = Result.REFUSED;
    if (outcome instanceof PushOutcome.Accepted) {
      result = Result.ACCEPTED;
      if (push.envelope() != null) {
        meters.inline(provider);
      }
    } else if (outcome instanceof PushOutcome.Gone) {
      result = Result.GONE;
    } else if (outcome instanceof PushOutcome.Later) {
      result = Result.LATER;
    } else if (outcome instanceof PushOutcome.Refused refused) {
      // A stranger's server could fill the log.
      LOG.atLevel(provider.isOneServer() ? Level.WARN : Level.DEBUG)
          .log("push refused: provider={} reason={}", provider.tag(), refused.reason());
    }
    meters.result(provider, result);
  }

  private void change(int by) {
    inFlight += by;
    meters.inFlight(by);
  }

  private static long ms(long nanos) {
    return nanos / 1_000_000;
  }

  void close() {
    sender.close();
  }
}
