package io.restante.prove;

import io.restante.faults.Span;
import io.restante.prove.Event.Claim;
import io.restante.prove.Event.Closing;
import io.restante.prove.Event.Naming;
import io.restante.prove.Event.Opening;
import io.restante.prove.Event.Served;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Claims by handle, told as claims from the accounts that the handle led to. The identity key of an
 * answer says which that was. Of a refusal it is one that explains it, if there is one; of a claim
 * without an answer it is each that the handle may have led to before all was quiet.
 */
final class Handles {
  /** A gateway that has not heard of a deletion may believe so long what the handle led to. */
  private static final long CACHED_NANOS = TimeUnit.SECONDS.toNanos(6);

  private static final Set<Integer> UNKNOWN = Set.of(503, 500, Event.LOST, Event.HUNG_UP);

  /**
   * An account of a handle.
   *
   * @param end its deletion, null for none
   */
  private record Life(String service, Span beginning, @Nullable Span end) {
    boolean mayBeIn(Span span) {
      return beginning.from() <= span.to() && (end == null || end.to() >= span.from());
    }

    /** Whether the handle may have led to nothing, or to this though it was gone. */
    boolean explainsRefusal(Span span) {
      return beginning.to() >= span.from() || (end != null && end.from() <= span.to());
    }
  }

  private final Map<String, List<Life>> lives = new HashMap<>();
  private final Map<String, String> serviceByIdentity = new HashMap<>();
  private final Quiets quiets;

  /** The handles of a record. */
  Handles(List<Event> events) {
    Map<String, Span> ends = new HashMap<>();
    Map<String, Naming> namings = new LinkedHashMap<>();
    for (Event event : events) {
      if (event instanceof Closing closing && closing.forGood()) {
        ends.putIfAbsent(closing.place().service(), closing.span());
      } else if (event instanceof Opening opening) {
        serviceByIdentity.putIfAbsent(opening.identity(), opening.place().service());
      } else if (event instanceof Naming naming) {
        namings.putIfAbsent(naming.service(), naming);
      }
    }
    for (Naming naming : namings.values()) {
      lives
          .computeIfAbsent(naming.handle(), one -> new ArrayList<>())
          .add(new Life(naming.service(), naming.span(), ends.get(naming.service())));
    }
    quiets = Quiets.of(events);
  }

  /** Whether this is how requests name an account by its handle. */
  static boolean isHandle(String service) {
    return service.startsWith("+");
  }

  /** These events, in which no claim names a handle that led to an account. */
  List<Event> resolve(List<Event> events) {
    return events.stream()
        .map(event -> event instanceof Claim claim ? resolve(claim) : event)
        .toList();
  }

  /** Whether keys of an account came by a handle that never led to it. */
  boolean areOfAnother(Served served) {
    String handle = served.place().service();
    String service = serviceByIdentity.get(served.identity());
    return isHandle(handle)
        && served.status() == 200
        && lives.getOrDefault(handle, List.of()).stream()
            .noneMatch(life -> life.service().equals(service));
  }

  private Claim resolve(Claim claim) {
    if (claim.wanted().stream().noneMatch(wanted -> isHandle(wanted.service()))) {
      return claim;
    }
    Set<Place> wanted = new LinkedHashSet<>();
    for (Place place : claim.wanted()) {
      wanted.addAll(meant(claim, place));
    }
    List<Served> served = new ArrayList<>();
    for (Served each : claim.served()) {
      for (String service : services(claim, each)) {
        served.add(each.of(new Place(service, each.place().device())));
      }
    }
    return claim.of(List.copyOf(wanted), served);
  }

  private Set<Place> meant(Claim claim, Place wanted) {
    List<Served> about =
        claim.status() == 200
            ? claim.served().stream().filter(each -> wanted.covers(each.place())).toList()
            : List.of(Served.refused(wanted, claim.status(), ""));
    Set<Place> meant = new LinkedHashSet<>();
    for (Served each : about) {
      services(claim, each).forEach(service -> meant.add(new Place(service, wanted.device())));
    }
    return meant.isEmpty() ? Set.of(wanted) : meant;
  }

  /** The identities that something was said of. */
  private List<String> services(Claim claim, Served served) {
    String handle = served.place().service();
    List<Life> known = lives.getOrDefault(handle, List.of());
    List<String> services = List.of();
    if (served.status() == 200) {
      String service = serviceByIdentity.get(served.identity());
      services = service == null ? List.of() : List.of(service);
    } else if (UNKNOWN.contains(served.status())) {
      long from = claim.span().from();
      Span span = new Span(from, quiets.after(from));
      services = known.stream().filter(life -> life.mayBeIn(span)).map(Life::service).toList();
    } else {
      long from = Math.max(0, claim.span().from() - CACHED_NANOS);
      Span span = new Span(from, claim.span().to());
      List<Life> near = known.stream().filter(life -> life.mayBeIn(span)).toList();
      List<Life> reasons =
          near.stream().filter(life -> life.explainsRefusal(claim.span())).toList();
      services = (reasons.isEmpty() ? near : reasons).stream().map(Life::service).toList();
    }
    return services.isEmpty() ? List.of(handle) : services;
  }
}
