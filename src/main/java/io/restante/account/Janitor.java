package io.restante.account;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.restante.account.Unfinished.Task;
import io.restante.redis.RedisLink;
import io.restante.telemetry.Meters;
import io.restante.telemetry.Metric;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finishes the deletions and puts in order the registrations that gateways left half-way when they
 * died, so that nothing of them stays for ever. Any number of gateways may have one.
 */
public final class Janitor {
  private static final Logger LOG = LoggerFactory.getLogger(Janitor.class);

  /** Between two looks. */
  static final int ROUND_MS = 60_000;

  private static final int CLAIMED_MAX = 100;
  private static final int LEASE_MS = 60_000;

  private final RedisLink link;
  private final Revocations revocations;
  private final Unfinished unfinished;
  private final Counter finished;
  private final Counter failed;

  /** The janitor of one event loop. */
  public Janitor(RedisLink link, Revocations revocations, MeterRegistry meters) {
    this.link = link;
    this.revocations = revocations;
    this.unfinished = new Unfinished(link);
    this.finished = Meters.counter(meters, Metric.UNFINISHED_TIDIED);
    this.failed = Meters.counter(meters, Metric.UNFINISHED_FAILED);
  }

  /** Makes its rounds from now on, at times of its own. */
  public void begin(Vertx vertx) {
    int firstMs = 1 + ThreadLocalRandom.current().nextInt(ROUND_MS);
    vertx.setPeriodic(
        firstMs,
        ROUND_MS,
        id ->
            round()
                .onFailure(
                    failure ->
                        // What is left is claimed again.
                        LOG.debug("round ended: {}", failure.getClass().getSimpleName())));
  }

  /** One round; answers how much was put in order. */
  Future<Integer> round() {
    return unfinished
        .claim(CLAIMED_MAX, LEASE_MS)
        .compose(texts -> tidy(texts, 0, new Round()))
        .map(
            round -> {
              if (round.firstFailure != null) {
                // They are claimed again once their lease is over.
                LOG.warn(
                    "not put in order: {} unfinished tasks, the first by {}",
                    round.failed,
                    round.firstFailure);
              }
              return round.done;
            });
  }

  /** What became of the tasks of one round. */
  private static final class Round {
    private int done;
    private int failed;
    private @Nullable String firstFailure;
  }

  /** One after the other; one that fails, and may do so always, holds up none behind it. */
  private Future<Round> tidy(List<String> texts, int from, Round round) {
    if (from == texts.size()) {
      return Future.succeededFuture(round);
    }
    return Future.succeededFuture(texts.get(from))
        .map(Task::parse)
        .compose(this::finish)
        .transform(
            result -> {
              if (result.failed()) {
                failed.increment();
                round.failed++;
                if (round.firstFailure == null) {
                  round.firstFailure = result.cause().getClass().getSimpleName();
                }
              } else if (result.result()) {
                finished.increment();
                round.done++;
              }
              return tidy(texts, from + 1, round);
            });
  }

  private Future<Boolean> finish(Task task) {
    return tidy(task)
        .compose(
            isDone ->
                isDone ? unfinished.end(task).map(true) : Future.<Boolean>succeededFuture(false));
  }

  private Future<Boolean> tidy(Task task) {
    if (task instanceof Task.Registration registration) {
      return new RegistrationCleanup(link, revocations, registration.handle()).run();
    }
    return Deletion.resume(link, revocations, ((Task.AccountDeletion) task).aci());
  }
}
