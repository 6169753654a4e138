package io.restante.prove;

import io.restante.faults.Span;
import io.restante.prove.Event.Claim;
import io.restante.prove.Event.Deletion;
import io.restante.prove.Event.Other;
import io.restante.prove.Event.Served;
import io.restante.prove.Event.Trouble;
import io.restante.prove.Event.Upload;
import io.restante.prove.Finding.Rule;
import io.restante.prove.Requester.Manner;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * STATUS: no request is refused or lost without a reason that the record names. 503 and a lost
 * answer need a fault, in a socket maybe one shortly before, 404 a device that may be away; all
 * other refusals need what is said here. A deletion is answered 204 where the pool may be there,
 * and 404 where it may not.
 */
final class StatusRule {
  private static final Set<Integer> UNAVAILABLE = Set.of(503, Event.LOST);

  /** Sessions in which a handle is verified: the only thing that is read as soon as it is made. */
  private static final String SESSIONS = "/v1/verification/session/";

  private static final String WITHOUT_REASON = " without a reason";

  /** More uploads of one account than this at a time are refused with 429. */
  private static final int UPLOADS_AT_A_TIME = 4;

  /** How long a gateway may go on with an access key that is no longer right. */
  private static final long ACCESS_KEY_CACHED_NANOS = TimeUnit.SECONDS.toNanos(6);

  /** A socket that a fault ended, or opened badly, may show it so much later. */
  private static final long SOCKET_ENDS_NANOS = TimeUnit.SECONDS.toNanos(3);

  private final List<Event> events;
  private final World world;
  private final List<Span> troubles;

  private StatusRule(List<Event> events, World world) {
    this.events = events;
    this.world = world;
    this.troubles = events.stream().filter(Trouble.class::isInstance).map(Event::span).toList();
  }

  /** What breaks the rule. */
  static List<Finding> check(List<Event> events, World world) {
    StatusRule rule = new StatusRule(events, world);
    List<Finding> findings = new ArrayList<>();
    for (Event event : events) {
      if (event instanceof Claim claim) {
        rule.wrong(claim)
            .ifPresent(
                served ->
                    findings.add(
                        new Finding(
                            Rule.STATUS,
                            served.status() + " of " + served.place() + WITHOUT_REASON,
                            claim)));
        continue;
      }
      Integer status = status(event);
      if (status != null && !rule.isRight(event, status)) {
        findings.add(new Finding(Rule.STATUS, status + WITHOUT_REASON, event));
      }
    }
    return findings;
  }

  private static @Nullable Integer status(Event event) {
    if (event instanceof Upload upload) {
      return upload.status();
    }
    if (event instanceof Deletion deletion) {
      return deletion.status();
    }
    return event instanceof Other other ? other.status() : null;
  }

  /** What a claim says of a place without a reason: of one that it names, where it fails whole. */
  private Optional<Served> wrong(Claim claim) {
    List<Served> said =
        claim.status() == 200
            ? claim.served()
            : claim.wanted().stream()
                .map(wanted -> Served.refused(wanted, claim.status(), ""))
                .toList();
    return said.stream().filter(served -> !isRight(claim, served)).findFirst();
  }

  private boolean isRight(Claim claim, Served served) {
    int status = served.status();
    if (status == 200 || status == Event.HUNG_UP) {
      return true;
    }
    if (UNAVAILABLE.contains(status)) {
      return inTrouble(claim.span(), status, claim.manner());
    }
    Place place = new Place(served.place().service(), Math.max(1, served.place().device()));
    return switch (status) {
      case 404 -> world.identityThere(place, claim.span()).isEmpty();
      // By an access key from before the account registered anew.
      case 401 ->
          claim.caller().equals(Event.ANONYMOUS)
              && world
                  .identityThere(place, earlier(claim.span(), ACCESS_KEY_CACHED_NANOS))
                  .isEmpty();
      default -> false;
    };
  }

  private boolean inTrouble(Span span, int status, Manner manner) {
    boolean isLate = status == Event.LOST && manner == Manner.SOCKET;
    Span within = isLate ? earlier(span, SOCKET_ENDS_NANOS) : span;
    return troubles.stream().anyMatch(within::overlaps);
  }

  private boolean isRight(Event event, int status) {
    if (event instanceof Deletion deletion && (status == 204 || status == 404)) {
      PoolModel pool = world.pool(deletion.pool().place(), deletion.pool().name());
      return status == 204 ? pool.mayBeThere(event.span()) : pool.mayBeAbsent(event.span());
    }
    if (status == 200 || status == 204 || status == Event.HUNG_UP) {
      return true;
    }
    if (UNAVAILABLE.contains(status)) {
      return inTrouble(event.span(), status, manner(event));
    }
    if (event instanceof Upload upload) {
      return switch (status) {
        // By keys or credentials from before its device was opened anew, or closed.
        case 401, 422 ->
            !world.identityThere(upload.place(), upload.span()).equals(upload.identity());
        case 429 -> othersOf(upload) >= UPLOADS_AT_A_TIME;
        default -> false;
      };
    }
    return status == 404 && event instanceof Other other && isReadOfBefore(other);
  }

  /**
   * Reads are not held back for replicas: one may have come from a primary that was succeeded and
   * did not know that yet, or a gateway did not.
   */
  private boolean isReadOfBefore(Other other) {
    return other.what().contains(SESSIONS)
        && events.stream()
            .anyMatch(
                event ->
                    event instanceof Trouble trouble
                        && trouble.forgets()
                        && trouble.span().overlaps(other.span()));
  }

  private static Manner manner(Event event) {
    if (event instanceof Upload upload) {
      return upload.manner();
    }
    return event instanceof Deletion deletion ? deletion.manner() : Manner.HTTP;
  }

  private static Span earlier(Span span, long nanos) {
    return new Span(Math.max(0, span.from() - nanos), span.to());
  }

  private long othersOf(Upload upload) {
    return events.stream()
        .filter(
            event ->
                event instanceof Upload other
                    && other.place().service().equals(upload.place().service())
                    && (other.status() == Event.LOST || other.span().overlaps(upload.span())))
        .count();
  }
}
