package io.restante.prove;

import io.restante.faults.Span;
import io.restante.prove.Event.Claim;
import io.restante.prove.Event.Quiet;
import io.restante.prove.Event.Served;
import io.restante.prove.Event.Trouble;
import io.restante.prove.Place.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What claims did to pools. All claims of one caller under one idempotency key are one take; every
 * other claim is one of its own.
 *
 * @param span when it took: from the first attempt to the first answer, or, without an answer, to
 *     the next moment at which nothing was under way
 * @param claim the claim that was answered, or the first one
 * @param isAnswered whether what it took is known; otherwise it may have burned a key of each pool
 * @param quietAt after this it takes nothing more
 * @param inTrouble whether something went wrong meanwhile
 */
record Take(Span span, Claim claim, boolean isAnswered, long quietAt, boolean inTrouble) {
  /** Refused before anything is taken. */
  private static final Set<Integer> NOTHING_TAKEN = Set.of(401, 422, 429);

  /** All takes of a record. */
  static List<Take> of(List<Event> events) {
    Map<Object, List<Claim>> attempts = new LinkedHashMap<>();
    for (Event event : events) {
      if (event instanceof Claim claim && !NOTHING_TAKEN.contains(claim.status())) {
        Object key =
            claim.once() == null ? claim : List.of(claim.caller(), claim.service(), claim.once());
        attempts.computeIfAbsent(key, one -> new ArrayList<>()).add(claim);
      }
    }
    List<Span> quiets = events.stream().filter(Quiet.class::isInstance).map(Event::span).toList();
    List<Span> troubles =
        events.stream().filter(Trouble.class::isInstance).map(Event::span).toList();
    return attempts.values().stream().map(same -> of(same, quiets, troubles)).toList();
  }

  private static Take of(List<Claim> attempts, List<Span> quiets, List<Span> troubles) {
    Claim first = attempts.get(0);
    long from = first.span().from();
    Claim answered = null;
    for (Claim claim : attempts) {
      if (claim.status() == 200 && (answered == null || claim.span().to() < answered.span().to())) {
        answered = claim;
      }
    }
    long quietAt = quietAfter(from, quiets);
    Span span = new Span(from, answered == null ? quietAt : answered.span().to());
    boolean inTrouble = troubles.stream().anyMatch(span::overlaps);
    return answered == null
        ? new Take(span, first, false, quietAt, inTrouble)
        : new Take(span, answered, true, quietAt, inTrouble);
  }

  /**
   * Whether a device got a key of the other kind only as the pop of this kind may have failed: a
   * popped key is served all the same, see docs/decisions/0006-prekeys.md.
   */
  boolean mayHaveFailed(Served served, Kind kind) {
    return inTrouble && served.key(kind) == null && (served.ec() != null || served.kem() != null);
  }

  private static long quietAfter(long time, List<Span> quiets) {
    return quiets.stream()
        .mapToLong(Span::from)
        .filter(quiet -> quiet >= time)
        .findFirst()
        .orElse(Span.OPEN);
  }
}
