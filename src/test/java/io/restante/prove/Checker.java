package io.restante.prove;

import io.restante.faults.Span;
import io.restante.prove.Event.Claim;
import io.restante.prove.Event.Closing;
import io.restante.prove.Event.Count;
import io.restante.prove.Event.Form;
import io.restante.prove.Event.Opening;
import io.restante.prove.Event.Served;
import io.restante.prove.Event.Standby;
import io.restante.prove.Event.Upload;
import io.restante.prove.Finding.Rule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Holds a record against the promise. Pure: the same events give the same findings. Where the order
 * of two events is not known, or what became of a request, all that is possible is allowed.
 */
final class Checker {
  private final List<Event> events;
  private final World world;
  private final List<Finding> findings = new ArrayList<>();

  private Checker(List<Event> events) {
    this.events = events;
    this.world = new World(events);
  }

  /** All findings in a record, whose events are in the order in which they began. */
  static List<Finding> check(List<Event> recorded) {
    Handles handles = new Handles(recorded);
    Checker checker = new Checker(handles.resolve(recorded));
    checker.handlesLeadToTheirAccounts(handles, recorded);
    checker.eachKeyOnce();
    checker.replaysAreIdentical();
    for (Take take : checker.world.takes()) {
      Served served = take.served();
      if (served != null) {
        checker.keysAreFromTheirOwner(take, served);
        checker.emptyMeansEmpty(take, served);
      }
    }
    checker.allDevicesAreInTheAnswer();
    checker.whatWasDeletedStaysAway();
    checker.numbersAreRight();
    checker.findings.addAll(StatusRule.check(checker.events, checker.world));
    return checker.findings;
  }

  /** ORIGIN: who is named by a handle gave the keys, and nobody else. */
  private void handlesLeadToTheirAccounts(Handles handles, List<Event> recorded) {
    for (Event event : recorded) {
      if (event instanceof Claim claim && claim.served().stream().anyMatch(handles::areOfAnother)) {
        find(Rule.ORIGIN, "keys of an account to which the handle never led", claim);
      }
    }
  }

  private void find(Rule rule, String what, Event at) {
    findings.add(new Finding(rule, what, at));
  }

  /** ONCE: a one-time key is in at most one answer; a replay is the same answer. */
  private void eachKeyOnce() {
    Map<String, Take> holders = new HashMap<>();
    for (Take take : world.takes()) {
      for (String key : take.oneTime().values()) {
        Take before = holders.putIfAbsent(key, take);
        if (before != null) {
          find(Rule.ONCE, key + " was handed out before, in " + before.span(), take.claim());
        }
      }
    }
  }

  /**
   * REPLAY: all that is said of a place under one caller's idempotency key is the same bytes.
   * ORIGIN also: nothing is said of an account whose deletion was answered.
   */
  private void replaysAreIdentical() {
    Map<List<Object>, Served> firsts = new HashMap<>();
    Map<String, Long> deletions = deletions();
    for (Event event : events) {
      if (event instanceof Claim claim && claim.once() != null) {
        for (Served served : claim.served()) {
          List<Object> key =
              List.of(claim.caller(), claim.form(), claim.pools(), claim.once(), served.place());
          Served first = served.status() == 200 ? firsts.putIfAbsent(key, served) : null;
          if (first != null && !first.body().equals(served.body())) {
            find(Rule.REPLAY, "another answer about " + served.place() + " than before", claim);
          }
          Long deleted = first == null ? null : deletions.get(served.place().service());
          if (deleted != null && deleted < claim.span().from()) {
            find(Rule.ORIGIN, served.place() + " was deleted, and is told of again", claim);
          }
        }
      }
    }
  }

  /** ORIGIN: identity and keys are those that the device had at some moment of the claim. */
  private void keysAreFromTheirOwner(Take take, Served served) {
    if (!world.mayHaveBeenThere(take.place(), served.identity(), take.span())) {
      find(Rule.ORIGIN, take.place() + " was not there under that identity", take.claim());
      return;
    }
    served
        .keys()
        .forEach(
            (name, key) -> {
              PoolModel pool = world.pool(take.place(), name);
              boolean isRight =
                  take.oneTime().containsKey(name)
                      ? pool.mayHold(key, take.span())
                      : pool.mayStandIn(key, take.span());
              if (!isRight) {
                find(Rule.ORIGIN, key + " cannot have waited at " + take.place(), take.claim());
              }
            });
  }

  /** EMPTY: nobody is told that a pool is empty while a key waits in it all the time. */
  private void emptyMeansEmpty(Take take, Served served) {
    for (String name : take.claim().pools()) {
      PoolModel pool = world.pool(take.place(), name);
      if (served.code().equals(Served.NO_SUCH_POOL)) {
        if (!pool.mayBeAbsent(take.span())) {
          find(Rule.EMPTY, name + " of " + take.place() + " is not found", take.claim());
        }
        continue;
      }
      boolean isNothing = take.claim().form() == Form.POOL && served.keys().isEmpty();
      if (isNothing && !pool.mayBeThere(take.span())) {
        find(Rule.EMPTY, name + " of " + take.place() + " is not there, not empty", take.claim());
      }
      boolean hasNone = !take.oneTime().containsKey(name);
      if (hasNone && !take.mayHaveFailed(name) && !pool.mayBeEmpty(take.span())) {
        int least = pool.countMin(take.span());
        String what = "no " + name + " key of " + take.place() + ", which had " + least;
        find(Rule.EMPTY, what, take.claim());
      }
      if (!served.keys().containsKey(name) && pool.hasLastResort(take.span())) {
        String what = "nothing of " + name + " of " + take.place() + ", not even its last resort";
        find(Rule.EMPTY, what, take.claim());
      }
    }
  }

  /** EMPTY also: a device that was there all the time is in every answer about it. */
  private void allDevicesAreInTheAnswer() {
    Map<List<Object>, Long> firstAttempts = new HashMap<>();
    for (Event event : events) {
      if (!(event instanceof Claim claim)) {
        continue;
      }
      long from = claim.span().from();
      if (claim.once() != null) {
        List<Object> key = List.of(claim.caller(), claim.form(), claim.pools(), claim.once());
        from = Objects.requireNonNullElse(firstAttempts.putIfAbsent(key, from), from);
      }
      Span span = new Span(from, claim.span().to());
      for (Place place : world.placesOf(claim)) {
        if (claim.about(place) == null && !world.identityThere(place, span).isEmpty()) {
          find(Rule.EMPTY, place + " is not in the answer", claim);
        }
      }
      for (Place wanted : claim.wanted()) {
        if (claim.status() == 200
            && claim.served().stream().noneMatch(each -> wanted.covers(each.place()))) {
          find(Rule.EMPTY, "nothing is said of " + wanted, claim);
        }
      }
    }
  }

  /** ORIGIN also: an account that was deleted never comes again. */
  private void whatWasDeletedStaysAway() {
    Map<String, Long> deletions = deletions();
    for (Event event : events) {
      if (event instanceof Opening opening
          && deletions.getOrDefault(opening.place().service(), Long.MAX_VALUE)
              < opening.span().from()) {
        find(Rule.ORIGIN, opening.place() + " was deleted, and is there again", opening);
      }
    }
  }

  /** The accounts that were deleted, each with the moment at which that was answered. */
  private Map<String, Long> deletions() {
    Map<String, Long> deletions = new LinkedHashMap<>();
    for (Event event : events) {
      if (event instanceof Closing closing && closing.forGood()) {
        deletions.putIfAbsent(closing.place().service(), closing.span().to());
      }
    }
    return deletions;
  }

  /** COUNT and DROPPED: what owners are told is what the model says. */
  private void numbersAreRight() {
    for (Event event : events) {
      if (event instanceof Count count) {
        PoolModel pool = world.pool(count.pool().place(), count.pool().name());
        int least = Math.max(0, pool.countMin(count.span()));
        int most = pool.countMax(count.span());
        boolean isRight =
            count.count() == Event.ABSENT
                ? pool.mayBeAbsent(count.span())
                : count.count() >= least && count.count() <= most && pool.mayBeThere(count.span());
        if (!isRight) {
          find(Rule.COUNT, "expected: " + least + " to " + most, count);
        }
      } else if (event instanceof Standby standby) {
        PoolModel pool = world.pool(standby.pool().place(), standby.pool().name());
        boolean isRight =
            standby.hasLastResort()
                ? pool.mayHaveLastResort(standby.span())
                : !pool.hasLastResort(standby.span());
        if (!isRight) {
          find(Rule.COUNT, "expected: hasLastResort=" + !standby.hasLastResort(), standby);
        }
      } else if (event instanceof Upload upload && upload.dropped() != Event.UNTOLD) {
        int least = 0;
        int most = 0;
        for (PoolModel pool : world.poolsOf(upload.place())) {
          int[] dropped = pool.dropped(upload);
          least += dropped[0];
          most += dropped[1];
        }
        if (upload.dropped() < least || upload.dropped() > most) {
          find(Rule.DROPPED, "expected: " + least + " to " + most, upload);
        }
      }
    }
  }
}
