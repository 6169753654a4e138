package io.restante.prove;

import io.restante.faults.Span;
import io.restante.prove.Event.Claim;
import io.restante.prove.Event.Closing;
import io.restante.prove.Event.Count;
import io.restante.prove.Event.Opening;
import io.restante.prove.Event.Served;
import io.restante.prove.Event.Upload;
import io.restante.prove.Finding.Rule;
import io.restante.prove.Place.Kind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Holds a record against the promise. Pure: the same events give the same findings. Where the order
 * of two events is not known, or what became of a request, all that is possible is allowed.
 */
final class Checker {
  private final List<Event> events;
  private final List<Take> takes;
  private final Set<Place> places = new LinkedHashSet<>();
  private final Map<Place, Timeline<Event>> presence = new HashMap<>();
  private final Map<Place, Map<Kind, PoolModel>> pools = new HashMap<>();
  private final Set<String> lastResorts = new HashSet<>();
  private final List<Finding> findings = new ArrayList<>();

  private Checker(List<Event> events) {
    this.events = events;
    for (Event event : events) {
      if (event instanceof Opening opening) {
        lastResorts.add(opening.lastResort());
        change(opening.place(), event);
      } else if (event instanceof Closing closing) {
        change(closing.place(), event);
      }
    }
    this.takes = Take.of(events.stream().map(this::withoutLastResort).toList());
    for (Place place : places) {
      Map<Kind, PoolModel> both = new EnumMap<>(Kind.class);
      for (Kind kind : Kind.values()) {
        both.put(kind, new PoolModel(place, kind, events, takes));
      }
      pools.put(place, both);
    }
  }

  /** All findings in a record, whose events are in the order in which they began. */
  static List<Finding> check(List<Event> events) {
    Checker checker = new Checker(events);
    checker.eachKeyOnce();
    checker.replaysAreIdentical();
    for (Take take : checker.takes) {
      if (take.isAnswered()) {
        checker.keysAreFromTheirOwner(take);
        checker.emptyMeansEmpty(take);
      }
    }
    checker.numbersAreRight();
    checker.findings.addAll(StatusRule.check(events, checker::identityThere));
    return checker.findings;
  }

  private void change(Place place, Event event) {
    places.add(place);
    presence.computeIfAbsent(place, one -> new Timeline<>()).add(event.span(), event);
  }

  private Timeline<Event> presenceOf(Place place) {
    return presence.getOrDefault(place, new Timeline<>());
  }

  /** A last-resort key is handed out again and again: for the pool it is as good as none. */
  private Event withoutLastResort(Event event) {
    if (!(event instanceof Claim claim)) {
      return event;
    }
    List<Served> served =
        claim.served().stream()
            .map(
                one ->
                    lastResorts.contains(one.kem())
                        ? new Served(one.device(), one.ec(), null)
                        : one)
            .toList();
    return new Claim(
        claim.span(),
        claim.caller(),
        claim.service(),
        claim.device(),
        claim.once(),
        claim.status(),
        claim.body(),
        claim.identity(),
        served);
  }

  private void find(Rule rule, String what, Event at) {
    findings.add(new Finding(rule, what, at));
  }

  /** ONCE: a one-time key is in at most one answer; a replay is the same answer. */
  private void eachKeyOnce() {
    Map<String, Take> holders = new HashMap<>();
    for (Take take : takes) {
      for (Served served : take.claim().served()) {
        for (Kind kind : Kind.values()) {
          String key = served.key(kind);
          Take before = key == null ? null : holders.putIfAbsent(key, take);
          if (before != null) {
            find(Rule.ONCE, key + " was handed out before, in " + before.span(), take.claim());
          }
        }
      }
    }
  }

  /** REPLAY: all answers to one caller's idempotency key are the same bytes. */
  private void replaysAreIdentical() {
    Map<List<String>, Claim> firsts = new HashMap<>();
    for (Event event : events) {
      if (event instanceof Claim claim && claim.once() != null && claim.status() == 200) {
        List<String> key = List.of(claim.caller(), claim.service(), claim.once());
        Claim first = firsts.putIfAbsent(key, claim);
        if (first != null && !first.body().equals(claim.body())) {
          find(Rule.REPLAY, "another answer than in " + first.span(), claim);
        }
      }
    }
  }

  /** ORIGIN: identity and keys are those that the device had at some moment of the claim. */
  private void keysAreFromTheirOwner(Take take) {
    Claim claim = take.claim();
    for (Served served : claim.served()) {
      Place place = new Place(claim.service(), served.device());
      if (!mayHaveBeenThere(place, claim.identity(), take.span())) {
        find(Rule.ORIGIN, place + " was not there under that identity", claim);
        continue;
      }
      for (Kind kind : Kind.values()) {
        String key = served.key(kind);
        if (key != null && !pool(place, kind).mayHold(key, take.span())) {
          find(Rule.ORIGIN, key + " cannot have waited at " + place, claim);
        }
      }
    }
  }

  private boolean mayHaveBeenThere(Place place, String identity, Span span) {
    return places.contains(place)
        && presenceOf(place).during(span).stream()
            .anyMatch(
                change ->
                    change.state() instanceof Opening opening
                        && opening.identity().equals(identity));
  }

  /** The identity key of a place all through a span, empty where it is not sure. */
  private String identityThere(Place place, Span span) {
    List<Timeline.Change<Event>> possible = presenceOf(place).during(span);
    return possible.size() == 1
            && possible.get(0).state() instanceof Opening opening
            && opening.span().to() < span.from()
        ? opening.identity()
        : "";
  }

  /** EMPTY: nobody is told that a pool is empty while a key waits in it all the time. */
  private void emptyMeansEmpty(Take take) {
    Claim claim = take.claim();
    Set<Integer> answered = new HashSet<>();
    for (Served served : claim.served()) {
      Place place = new Place(claim.service(), served.device());
      answered.add(served.device());
      for (Kind kind : Kind.values()) {
        if (places.contains(place)
            && served.key(kind) == null
            && !take.mayHaveFailed(served, kind)
            && !pool(place, kind).mayBeEmpty(take.span())) {
          int least = pool(place, kind).countMin(take.span());
          find(Rule.EMPTY, "no " + kind + " key of " + place + ", which had " + least, claim);
        }
      }
    }
    for (Place place : places) {
      if (place.isAskedBy(claim.service(), claim.device())
          && !answered.contains(place.device())
          && !identityThere(place, take.span()).isEmpty()) {
        find(Rule.EMPTY, place + " is not in the answer", claim);
      }
    }
  }

  /** COUNT and DROPPED: what owners are told is what the model says. */
  private void numbersAreRight() {
    for (Event event : events) {
      if (event instanceof Count count) {
        for (Kind kind : Kind.values()) {
          PoolModel pool = pool(count.place(), kind);
          int least = Math.max(0, pool.countMin(count.span()));
          int most = pool.countMax(count.span());
          if (count.of(kind) < least || count.of(kind) > most) {
            find(Rule.COUNT, kind + " expected: " + least + " to " + most, count);
          }
        }
      } else if (event instanceof Upload upload && upload.dropped() != Event.UNTOLD) {
        int[] ec = pool(upload.place(), Kind.EC).dropped(upload);
        int[] kem = pool(upload.place(), Kind.KEM).dropped(upload);
        int least = ec[0] + kem[0];
        int most = ec[1] + kem[1];
        if (upload.dropped() < least || upload.dropped() > most) {
          find(Rule.DROPPED, "expected: " + least + " to " + most, upload);
        }
      }
    }
  }

  private PoolModel pool(Place place, Kind kind) {
    PoolModel pool = pools.getOrDefault(place, Map.of()).get(kind);
    if (pool == null) {
      throw new IllegalStateException(place + " never opened");
    }
    return pool;
  }
}
