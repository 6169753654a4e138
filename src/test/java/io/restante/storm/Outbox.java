package io.restante.storm;

import io.restante.faults.Span;
import io.restante.storm.Event.Sent;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a device has to send: new letters, and before them those of which it does not know whether
 * they were taken. Under an idempotency key these are sent until that is known; without one they
 * are sent again at times, which may make two of them.
 */
final class Outbox {
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(150);
  private static final int AGAIN_IN = 2;

  private final Journal journal;
  private final Random random;
  private final Member from;
  private final Cast cast;
  private final Deque<Letter> unsure = new ArrayDeque<>();
  private long retryAt;
  private long nextAt;

  Outbox(Journal journal, Random random, Member from, Cast cast) {
    this.journal = journal;
    this.random = random;
    this.from = from;
    this.cast = cast;
  }

  /**
   * What is to be sent now; null for nothing.
   *
   * @param fresh whether it may be a new one
   * @param sealed whether it may be one that is sent without credentials
   */
  @Nullable Letter next(boolean fresh, boolean sealed, int pauseMsMax) {
    long now = System.nanoTime();
    if (!unsure.isEmpty()) {
      return now - retryAt < 0 || (!sealed && unsure.element().sealed()) ? null : unsure.remove();
    }
    if (!fresh || now - nextAt < 0) {
      return null;
    }
    nextAt = now + TimeUnit.MILLISECONDS.toNanos(random.nextInt(pauseMsMax));
    return Letter.write(random, from, cast, sealed);
  }

  /** Whether it knows what became of all that it has sent. */
  boolean isSure() {
    return unsure.isEmpty();
  }

  /** What became of an attempt, for the record as well. */
  void done(Letter letter, Span span, int status) {
    journal.add(
        new Sent(
            span,
            letter.from(),
            letter.once(),
            letter.sealed(),
            letter.fits(),
            status,
            letter.parts()));
    boolean isSure = status > 0 && status != 503;
    if (!isSure && (letter.once() != null || random.nextInt(AGAIN_IN) == 0)) {
      unsure.add(letter);
      retryAt = System.nanoTime() + RETRY_NANOS;
    }
  }
}
