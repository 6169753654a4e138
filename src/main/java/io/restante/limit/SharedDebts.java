package io.restante.limit;

import io.restante.redis.RedisLink;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Tells other gateways of tokens that were taken, and hears what they took. One for each event
 * loop. What was taken is collected for a moment and goes to a counter in Redis for each bucket;
 * its reply, what the gateways together have taken and has not come back, corrects this gateway's
 * bucket. Nobody waits for it: where Redis fails, each gateway goes by what it knows itself.
 */
public final class SharedDebts implements TakenTokens {
  /** From the first token that is to be told until it is. */
  static final int FLUSH_MS = 100;

  /** Buckets of one flush. What is taken from more of them is not told. */
  static final int BUCKETS_MAX = 1_000;

  private record Taken(Budget budget, long hash, int tokens) {
    Taken oneMore() {
      return new Taken(budget, hash, tokens + 1);
    }
  }

  private final Vertx vertx;
  private final DebitScript script;
  private final LimitMeters meters;
  private final LongSupplier nanos;
  private Map<String, Taken> taken = new HashMap<>();

  /** Debts told over this link. */
  public SharedDebts(Vertx vertx, RedisLink link, LimitMeters meters, LongSupplier nanos) {
    this.vertx = vertx;
    this.script = new DebitScript(link);
    this.meters = meters;
    this.nanos = nanos;
  }

  @Override
  public void add(String key, Budget budget, long hash) {
    if (taken.isEmpty()) {
      vertx.setTimer(FLUSH_MS, id -> flush());
    }
    Taken before = taken.get(key);
    if (before != null) {
      taken.put(key, before.oneMore());
    } else if (taken.size() < BUCKETS_MAX) {
      taken.put(key, new Taken(budget, hash, 1));
    } else {
      meters.untold();
    }
  }

  private void flush() {
    Map<String, Taken> all = taken;
    taken = new HashMap<>();
    all.forEach(
        (key, one) ->
            script
                .run(key, one.budget().rate(), one.tokens())
                .onSuccess(debtMs -> heard(one, debtMs))
                .onFailure(failure -> meters.untold()));
  }

  private void heard(Taken one, long debtMs) {
    meters.told();
    one.budget().raise(one.hash(), debtMs, nanos.getAsLong());
  }
}
