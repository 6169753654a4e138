package io.restante.prove;

import io.restante.faults.Actor;
import io.restante.faults.Curtain;
import io.restante.faults.Fault;
import io.restante.faults.History;
import io.restante.faults.Span;
import io.restante.faults.Stage;
import io.restante.faults.Standstill;
import io.restante.prove.Event.Quiet;
import io.restante.prove.Event.Trouble;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * One play with accounts of its own, from registration to empty pools. After each scene all counts
 * are taken at rest and the record so far is checked. In the end every pool is drained.
 */
final class Act implements AutoCloseable {
  private static final int OWNERS = 4;
  private static final int CALLERS = 6;
  private static final int RACE_EVENTS = 800;
  private static final int RACE_MS_MAX = 8_000;
  private static final int LOOK_MS = 50;
  private static final int BETWEEN_FAULTS_MS = 400;

  private final Random random;
  private final Stage stage;
  private final Consumer<String> teller;
  private final History<Event> history = new History<>();
  private final List<Owner> owners;
  private final List<Caller> callers;

  /**
   * Registers all who act.
   *
   * @param seed of all that is random
   * @param number of the act, so that handles differ
   * @param teller is told what happens
   */
  Act(long seed, int number, Stage stage, Consumer<String> teller) {
    this.random = new Random(seed);
    this.stage = stage;
    this.teller = teller;
    List<Integer> ports = stage.ports();
    owners =
        IntStream.range(0, OWNERS)
            .mapToObj(i -> new Owner(random.nextLong(), history, ports, handle(number, i)))
            .toList();
    callers =
        IntStream.range(OWNERS, OWNERS + CALLERS)
            .mapToObj(i -> new Caller(random.nextLong(), history, owners, ports, handle(number, i)))
            .toList();
  }

  private static String handle(int act, int who) {
    return "+1999" + (1_000_000 + act * 100 + who);
  }

  /** Plays these scenes and drains all pools, or ends where there is a finding. */
  Verdict play(List<Scene> scenes) {
    for (Scene scene : scenes) {
      Verdict verdict = play(scene);
      if (!verdict.findings().isEmpty()) {
        return verdict;
      }
    }
    owners.forEach(callers.get(0)::drain);
    return rest();
  }

  /** The record. */
  History<Event> history() {
    return history;
  }

  private Verdict play(Scene scene) {
    if (!owners.stream().allMatch(Owner::link)) {
      // Without a reason in the record that is a finding.
      return rest();
    }
    if (!scene.withOwners()) {
      owners.forEach(Owner::stockUp);
    }
    // What is moved is keys: those of whoever calls do not matter.
    stage.ground().plays(owners.stream().map(owner -> owner.names().aci()).toList());
    Curtain curtain = new Curtain();
    List<Runnable> parts = new ArrayList<>();
    callers.forEach(caller -> parts.add(() -> caller.act(curtain, scene.pauseMsMax())));
    if (scene.withOwners()) {
      owners.forEach(owner -> parts.add(() -> owner.act(curtain)));
    }
    List<CompletableFuture<Void>> acting = parts.stream().map(Actor::start).toList();
    try {
      if (scene.faults().isEmpty()) {
        race(curtain);
      }
      for (Fault fault : scene.faults()) {
        strike(fault, curtain);
        curtain.pause(BETWEEN_FAULTS_MS);
      }
    } finally {
      curtain.fall();
      acting.forEach(CompletableFuture::join);
    }
    return rest();
  }

  /** Until there were enough claims at once. */
  private void race(Curtain curtain) {
    int before = history.size();
    for (int ms = 0; ms < RACE_MS_MAX && history.size() - before < RACE_EVENTS; ms += LOOK_MS) {
      curtain.pause(LOOK_MS);
    }
  }

  private void strike(Fault fault, Curtain curtain) {
    long from = history.now();
    String what = fault.strike(random, curtain);
    stage.awaitRecovered();
    trouble(history.since(from), what);
  }

  private void trouble(Span span, String what) {
    history.add(new Trouble(span, what, stage.ground().forgets()));
    teller.accept(String.format(Locale.ROOT, "%8.2f s  %s", span.from() / 1e9, what));
  }

  /** Lets all come to rest, has the owners count, and checks all that happened so far. */
  private Verdict rest() {
    long from = history.now();
    stage.calm();
    // Mending the ways ended connections.
    history.add(new Trouble(history.since(from), "calming", false));
    history.add(new Quiet(history.since(history.now())));
    owners.forEach(Owner::countAll);
    noteStandstills();
    return Verdict.of(history);
  }

  /** What no fault did is a reason as well. */
  private void noteStandstills() {
    // Only those: of a standstill just before, nothing was awaited.
    List<Event> faults = history.events().stream().filter(Trouble.class::isInstance).toList();
    for (Standstill each : stage.standstills()) {
      // Where a fault did it, or struck meanwhile, what came of it was awaited.
      Span end = history.endOf(each);
      if (faults.stream().noneMatch(fault -> fault.span().overlaps(end))) {
        trouble(history.of(each), each.what());
      }
    }
  }

  @Override
  public void close() {
    callers.forEach(Caller::close);
    owners.forEach(Owner::close);
  }
}
