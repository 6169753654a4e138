package io.restante.prove;

import io.restante.faults.Span;
import io.restante.prove.Event.Claim;
import io.restante.prove.Event.Opening;
import io.restante.prove.Event.Served;
import io.restante.prove.Event.Trouble;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a claim did to the pools of one place. All claims of one caller under one idempotency key
 * are one take of a place; every other claim is one of its own.
 *
 * @param span when it took: from the first attempt to the first answer that gave something, or,
 *     without one, until it takes nothing more
 * @param claim the claim that was answered, or the first one
 * @param served what it gave; null where that is not known, or where the place was refused: it may
 *     have burned a key of each pool then
 * @param oneTime name of the pool to the one-time key that it gave
 * @param overAt after this it takes nothing more
 * @param inTrouble whether something went wrong meanwhile
 */
record Take(
    Span span,
    Claim claim,
    Place place,
    @Nullable Served served,
    Map<String, String> oneTime,
    long overAt,
    boolean inTrouble) {
  /** Refused before anything is taken. */
  private static final Set<Integer> NOTHING_TAKEN = Set.of(401, 422, 429);

  /** No answer, or one that does not tell what became of all that it did. */
  private static final Set<Integer> UNKNOWN = Set.of(503, 500, Event.LOST, Event.HUNG_UP);

  /** A claim, and what it says of the place. */
  private record Attempt(Claim claim, @Nullable Served about) {
    boolean isAnswered() {
      return about != null && about.status() == 200;
    }

    boolean isUnknown() {
      return about != null && UNKNOWN.contains(about.status());
    }
  }

  /**
   * All takes of a record.
   *
   * @param lastResorts the keys that come again and again
   */
  static List<Take> of(List<Event> events, Set<String> lastResorts) {
    Map<String, Set<Place>> places = new LinkedHashMap<>();
    for (Event event : events) {
      if (event instanceof Opening opening) {
        places
            .computeIfAbsent(opening.place().service(), one -> new LinkedHashSet<>())
            .add(opening.place());
      }
    }
    Map<List<Object>, List<Attempt>> attempts = new LinkedHashMap<>();
    for (Event event : events) {
      if (event instanceof Claim claim) {
        for (Place wanted : claim.wanted()) {
          for (Place place : places.getOrDefault(wanted.service(), Set.of())) {
            Served about = claim.about(place);
            if (wanted.covers(place)
                && (about == null || !NOTHING_TAKEN.contains(about.status()))) {
              attempts
                  .computeIfAbsent(key(claim, place), one -> new ArrayList<>())
                  .add(new Attempt(claim, about));
            }
          }
        }
      }
    }
    Quiets quiets = Quiets.of(events);
    List<Span> troubles =
        events.stream().filter(Trouble.class::isInstance).map(Event::span).toList();
    List<Take> takes = new ArrayList<>();
    attempts.forEach(
        (key, same) -> takes.add(of((Place) key.get(0), same, quiets, troubles, lastResorts)));
    return takes;
  }

  private static List<Object> key(Claim claim, Place place) {
    return claim.once() == null
        ? List.of(place, claim.span(), claim.caller(), claim.form())
        : List.of(place, claim.once(), claim.caller(), claim.form(), claim.pools());
  }

  private static Take of(
      Place place,
      List<Attempt> attempts,
      Quiets quiets,
      List<Span> troubles,
      Set<String> lastResorts) {
    long from = attempts.get(0).claim().span().from();
    Attempt answered = null;
    boolean isUnknown = false;
    long to = from;
    for (Attempt attempt : attempts) {
      isUnknown |= attempt.isUnknown();
      to = Math.max(to, attempt.claim().span().to());
      if (attempt.isAnswered()
          && (answered == null || attempt.claim().span().to() < answered.claim().span().to())) {
        answered = attempt;
      }
    }
    Span tried = new Span(from, answered == null ? to : answered.claim().span().to());
    boolean inTrouble = troubles.stream().anyMatch(tried::overlaps);
    long overAt = isUnknown || inTrouble ? quiets.after(from) : to;
    if (answered == null) {
      Claim first = attempts.get(0).claim();
      return new Take(new Span(from, overAt), first, place, null, Map.of(), overAt, inTrouble);
    }
    Served served = Objects.requireNonNull(answered.about());
    Map<String, String> oneTime = new LinkedHashMap<>(served.keys());
    oneTime.values().removeIf(lastResorts::contains);
    return new Take(tried, answered.claim(), place, served, oneTime, overAt, inTrouble);
  }

  /** Whether it asks for a key of the pools with this name. */
  boolean asks(String pool) {
    return claim.pools().contains(pool);
  }

  /**
   * Whether it got a key of another pool only as the pop of this one may have failed: a popped key
   * is served all the same, see docs/decisions/0006-prekeys.md.
   */
  boolean mayHaveFailed(String pool) {
    return inTrouble && !oneTime.isEmpty() && !oneTime.containsKey(pool);
  }
}
