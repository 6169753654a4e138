package io.restante.storm;

import io.restante.faults.Actor;
import io.restante.faults.Curtain;
import io.restante.faults.Fault;
import io.restante.faults.GatewayHost;
import io.restante.faults.Span;
import io.restante.faults.Standstill;
import io.restante.storm.Event.Exited;
import io.restante.storm.Event.Measured;
import io.restante.storm.Event.Traced;
import io.restante.storm.Event.Trouble;
import io.restante.storm.Event.Unready;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One play with a record of its own: everybody acts while faults strike, then for a while without
 * any; then nobody sends, and whoever has a session must get what is missing; then all come once
 * more and take what waits, until every mailbox is empty.
 */
final class Act {
  private static final int BETWEEN_FAULTS_MS = 500;
  private static final int LOOK_MS = 50;
  private static final long SETTLE_NANOS_MAX = LateRule.LATE_NANOS + TimeUnit.SECONDS.toNanos(1);

  /** Also where something stands still again and again. */
  private static final long SETTLE_IN_ALL_NANOS_MAX = TimeUnit.MINUTES.toNanos(2);

  /** Less than that for which a loop must have been blocked before a gateway tells where. */
  private static final long BLOCKED_NANOS = TimeUnit.SECONDS.toNanos(4);

  private final Random random;
  private final Weather weather;
  private final Cast cast;
  private final Consumer<String> teller;
  private final Journal journal = new Journal();
  private final List<Standstill> standstills = new ArrayList<>();

  /**
   * Prepares it.
   *
   * @param seed of all that is random
   * @param teller is told what happens
   */
  Act(long seed, Weather weather, Cast cast, Consumer<String> teller) {
    this.random = new Random(seed);
    this.weather = weather;
    this.cast = cast;
    this.teller = teller;
  }

  /** The record. */
  Journal journal() {
    return journal;
  }

  /**
   * Plays.
   *
   * @param faults that strike, one after the other
   * @param calmMs how long all act without faults, before the first and after the last one
   * @param pauseMsMax between two things that a device sends
   * @param measured whether what gateways hold is compared with what they held before
   * @param settled whether whoever has a session is given the time to get what is missing
   */
  Verdict play(List<Fault> faults, int calmMs, int pauseMsMax, boolean measured, boolean settled) {
    if (measured) {
      measure(false);
    }
    weather.stage().ground().plays(cast.acis());
    List<Life> lives =
        cast.members().stream()
            .map(
                member ->
                    new Life(
                        journal,
                        member,
                        new Random(random.nextLong()),
                        cast,
                        weather.port(),
                        pauseMsMax))
            .toList();
    Curtain acting = new Curtain();
    Curtain settling = new Curtain();
    CountDownLatch unsure = new CountDownLatch(lives.size());
    List<CompletableFuture<Void>> living =
        lives.stream().map(life -> Actor.start(() -> life.live(acting, settling, unsure))).toList();
    try {
      acting.pause(calmMs);
      for (Fault fault : faults) {
        strike(fault, acting);
        acting.pause(BETWEEN_FAULTS_MS);
      }
      heal();
      acting.pause(calmMs);
      acting.fall();
      if (settled) {
        awaitPaid();
      }
    } finally {
      acting.fall();
      settling.fall();
      living.forEach(CompletableFuture::join);
      lives.forEach(Life::close);
    }
    if (measured) {
      measure(true);
    }
    noteStandstills();
    noteTraces();
    return Verdict.of(journal.history().events());
  }

  /** That a loop was blocked is no fault of a gateway's where everything stood still for long. */
  private void noteTraces() {
    boolean wereBlocked =
        standstills.stream().anyMatch(each -> each.toNanos() - each.fromNanos() >= BLOCKED_NANOS);
    for (int i = 0; i < weather.stage().gateways().size(); i++) {
      for (String line : weather.traces(i)) {
        if (!wereBlocked || !Weather.isOfBlockedThread(line)) {
          journal.add(new Traced(journal.at(), i, line));
        }
      }
    }
  }

  /** What no fault did is a reason as well. */
  private void noteStandstills() {
    standstills.addAll(weather.stage().standstills());
    // Only those: of a standstill just before, nothing was awaited.
    List<Event> faults =
        journal.history().events().stream().filter(Trouble.class::isInstance).toList();
    for (Standstill each : standstills) {
      // Where a fault did it, or struck meanwhile, what came of it was awaited.
      Span end = journal.history().endOf(each);
      if (faults.stream().noneMatch(fault -> fault.span().overlaps(end))) {
        trouble(journal.history().of(each), each.what());
      }
    }
  }

  private void strike(Fault fault, Curtain curtain) {
    long from = journal.now();
    String what = fault.strike(random, curtain);
    awaitRecovered(from);
    trouble(journal.since(from), what);
    for (Weather.Exit exit : weather.exits()) {
      journal.add(new Exited(journal.since(from), exit.gateway(), exit.code()));
    }
  }

  /** Mends all ways to Redis. */
  private void heal() {
    long from = journal.now();
    weather.stage().ground().heal();
    awaitRecovered(from);
    trouble(journal.since(from), "calming");
  }

  private void trouble(Span span, String what) {
    boolean forgets = weather.stage().ground().forgets();
    journal.add(new Trouble(span, what, forgets));
    teller.accept(String.format(Locale.ROOT, "%8.2f s  %s", span.from() / 1e9, what));
  }

  private void awaitRecovered(long from) {
    try {
      weather.awaitRecovered();
    } catch (IllegalStateException e) {
      List<GatewayHost> gateways = weather.stage().gateways();
      for (int i = 0; i < gateways.size(); i++) {
        if (!gateways.get(i).isReady()) {
          journal.add(new Unready(journal.since(from), i));
        }
      }
    }
  }

  /** Until whoever has a session has got all that was sent to it, or it is too late. */
  private void awaitPaid() {
    Curtain never = new Curtain();
    long from = journal.now();
    long late = from + SETTLE_NANOS_MAX;
    // Several times in a row, as letters without an answer are still sent again.
    int paid = 0;
    while (paid < 10 && journal.now() < late) {
      never.pause(LOOK_MS);
      paid = journal.isOwed() || journal.attending() == 0 ? 0 : paid + 1;
      if (paid < 10 && journal.now() >= late) {
        late = Math.min(from + SETTLE_IN_ALL_NANOS_MAX, lateAfterStandstills(late));
      }
    }
    teller.accept(
        String.format(
            Locale.ROOT,
            "%8.2f s  settled in %.2f s, %d in a session",
            from / 1e9,
            (journal.now() - from) / 1e9,
            journal.attending()));
  }

  /** What stood still excuses who is late, and so is no time in which it could be seen. */
  private long lateAfterStandstills(long late) {
    standstills.addAll(weather.stage().standstills());
    return standstills.stream()
        .mapToLong(each -> journal.history().of(each).to() + SETTLE_NANOS_MAX)
        .reduce(late, Math::max);
  }

  private void measure(boolean last) {
    weather.awaitAlone();
    List<GatewayHost> gateways = new ArrayList<>(weather.stage().gateways());
    for (int i = 0; i < gateways.size(); i++) {
      GatewayHost gateway = gateways.get(i);
      long bytes = gateway.liveBytes();
      journal.add(new Measured(journal.at(), i, last, gateway.openFiles(), bytes));
    }
  }
}
