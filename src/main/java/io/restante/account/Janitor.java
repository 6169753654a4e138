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

  /** The janitor of one event loop. */
  public Janitor(RedisLink link, Revocations revocations, MeterRegistry meters) {
    this.link = link;
    this.revocations = revocations;
    this.unfinished = new Unfinished(link);
    this.finished = Meters.counter(meters, Metric.UNFINISHED_TIDIED);
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
    return unfinished.claim(CLAIMED_MAX, LEASE_MS).compose(tasks -> tidy(tasks, 0, 0));
  }

  private Future<Integer> tidy(List<Task> tasks, int from, int done) {
    if (from == tasks.size()) {
      return Future.succeededFuture(done);
    }
    Task task = tasks.get(from);
    return tidy(task)
        .compose(
            isDone -> {
              if (!isDone) {
                return tidy(tasks, from + 1, done);
              }
              finished.increment();
              return unfinished.end(task).compose(ended -> tidy(tasks, from + 1, done + 1));
            });
  }

  private Future<Boolean> tidy(Task task) {
    if (task instanceof Task.Registration registration) {
      return new RegistrationCleanup(link, revocations, registration.handle()).run();
    }
    return Deletion.resume(link, revocations, ((Task.AccountDeletion) task).aci());
  }
}
