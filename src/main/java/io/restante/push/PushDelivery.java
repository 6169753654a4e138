package io.restante.push;

import io.restante.push.OwedPush.Kind;
import io.restante.push.PushConfig.Inline;
import io.restante.push.TakeScript.Taken;
import io.restante.push.TakeScript.Taken.ToSend;
import io.restante.redis.Backoff;
import io.restante.redis.RedisLink;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;

/**
 * Brings one push that is owed to its provider, and sees to what comes of it. Used from one event
 * loop. Where Redis fails in between, the push is owed still and its lease brings it back.
 */
final class PushDelivery {
  /** The first pause before another try. */
  static final long PAUSE_MIN_MS = 1_000;

  /** The longest. */
  static final long PAUSE_MAX_MS = 900_000;

  /** After so many tries a word is given up; an envelope is tried until it is gone. */
  static final int WORD_TRIES_MAX = 100;

  /**
   * After so many looks, some 10 minutes, a word is given up that no gateway could bring: it was no
   * change of settings that goes from gateway to gateway, their provider is used by none of them.
   */
  static final int ELSEWHERE_TRIES_MAX = 10;

  private final RedisLink link;
  private final PushQueue queue;
  private final PushConfig config;
  private final Map<Provider, GuardedSender> senders;
  private final Map<Provider, Integer> bytesMax = new EnumMap<>(Provider.class);
  private final long ttlMs;
  private final PushMeters meters;
  private final InstantSource clock;
  private final RandomGenerator random;

  /**
   * A way to these providers.
   *
   * @param ttlMs how long an envelope waits in its mailbox
   */
  PushDelivery(
      RedisLink link,
      PushConfig config,
      Map<Provider, GuardedSender> senders,
      long ttlMs,
      PushMeters meters,
      InstantSource clock,
      RandomGenerator random) {
    this.link = link;
    this.queue = new PushQueue(link);
    this.config = config;
    this.senders = Map.copyOf(senders);
    this.ttlMs = ttlMs;
    this.meters = meters;
    this.clock = clock;
    this.random = random;
    senders.forEach((provider, sender) -> bytesMax.put(provider, sender.envelopeBytesMax()));
  }

  /** Completes when nothing more is to be done for it here, with the ms until it is due again. */
  Future<OptionalLong> bring(OwedPush owed, int tries) {
    boolean anyDevice = senders.containsKey(Provider.WEBHOOK);
    return link.run(
            TakeScript.SCRIPT,
            TakeScript.keys(owed.device()),
            TakeScript.args(owed, tries, config, anyDevice))
        .map(TakeScript::decode)
        .compose(taken -> follow(owed, tries, taken));
  }

  private Future<OptionalLong> follow(OwedPush owed, int tries, Taken taken) {
    if (taken instanceof Taken.TooEarly early) {
      return later(owed, tries, early.waitMs());
    } else if (taken instanceof ToSend toSend) {
      long sinceMs = owed.envelope() == null ? clock.millis() : owed.envelope().streamId().ms();
      return PushPlan.of(owed, toSend, bytesMax, config.inline() == Inline.FITS, sinceMs + ttlMs)
          .map(plan -> send(owed, tries, plan))
          .orElseGet(() -> leave(owed, tries, toSend));
    }
    return settle(owed);
  }

  /**
   * No provider of this gateway reaches the device. One of another may, while settings change from
   * gateway to gateway: it is left to it for a while, as a word for all envelopes of the device.
   */
  private Future<OptionalLong> leave(OwedPush owed, int tries, ToSend toSend) {
    if (toSend.targets().isEmpty() || tries >= ELSEWHERE_TRIES_MAX) {
      return settle(owed);
    }
    Future<OptionalLong> left =
        owed.kind() == Kind.ENVELOPE
            ? replaceByWord(owed, pauseMs(tries))
            : postpone(owed, pauseMs(tries), tries + 1);
    // This gateway is not to be the first that looks again.
    return left.map(OptionalLong.empty());
  }

  /** Over the budget, an envelope gives way to one word for all of them. */
  private Future<OptionalLong> later(OwedPush owed, int tries, long waitMs) {
    if (owed.kind() != Kind.ENVELOPE) {
      return postpone(owed, waitMs, tries);
    }
    meters.overBudget();
    return replaceByWord(owed, waitMs);
  }

  private Future<OptionalLong> replaceByWord(OwedPush owed, long afterMs) {
    OwedPush word = OwedPush.word(owed.device(), Kind.EXCESS);
    return queue
        .owe(List.of(word), afterMs)
        .compose(written -> settle(owed))
        .map(OptionalLong.of(afterMs));
  }

  private Future<OptionalLong> send(OwedPush owed, int tries, PushPlan plan) {
    GuardedSender sender = Objects.requireNonNull(senders.get(plan.provider()));
    long holdMs = sender.holdMs();
    if (holdMs > 0) {
      // No try, but the budget has been spent on it.
      return postpone(owed, holdMs, Math.max(1, tries));
    }
    return sender.send(plan.push()).compose(outcome -> after(owed, tries, plan, outcome));
  }

  private Future<OptionalLong> after(OwedPush owed, int tries, PushPlan plan, PushOutcome outcome) {
    if (outcome instanceof PushOutcome.Later later) {
      boolean givenUp = owed.kind() != Kind.ENVELOPE && tries >= WORD_TRIES_MAX;
      long pauseMs = Math.max(later.afterMs(), pauseMs(tries));
      return givenUp ? settle(owed) : postpone(owed, pauseMs, tries + 1);
    } else if (outcome instanceof PushOutcome.Gone gone) {
      return forget(owed, plan, gone.sinceMs()).compose(forgotten -> settle(owed));
    } else if (outcome instanceof PushOutcome.Refused && plan.push().envelope() != null) {
      // Whatever was wrong with it, the device can be woken still.
      return replaceByWord(owed, 0);
    }
    return settle(owed);
  }

  private Future<Boolean> forget(OwedPush owed, PushPlan plan, long sinceMs) {
    String field = plan.provider().field();
    if (field.isEmpty()) {
      return Future.succeededFuture(false);
    }
    return ForgetScript.run(link, owed.device(), field, plan.push().target(), sinceMs)
        .onSuccess(
            gone -> {
              if (gone) {
                meters.tokenLost(plan.provider());
              }
            });
  }

  /** Twice as long after each try, of which a random part. */
  private long pauseMs(int tries) {
    long ceilingMs = Math.min(PAUSE_MAX_MS, PAUSE_MIN_MS << Math.min(tries, 20));
    return Backoff.partOf(ceilingMs, random);
  }

  private Future<OptionalLong> postpone(OwedPush owed, long afterMs, int tries) {
    return queue
        .postpone(owed, afterMs, tries)
        .map(is -> is ? OptionalLong.of(afterMs) : OptionalLong.empty());
  }

  private Future<OptionalLong> settle(OwedPush owed) {
    return queue.settle(List.of(owed)).map(OptionalLong.empty());
  }
}
