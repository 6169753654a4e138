package io.restante.prove;

import io.restante.faults.Span;
import io.restante.prove.Event.Claim;
import io.restante.prove.Event.Closing;
import io.restante.prove.Event.Count;
import io.restante.prove.Event.Deletion;
import io.restante.prove.Event.Opening;
import io.restante.prove.Event.Upload;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which places there were when, what may have waited in their pools, and what was taken. */
final class World {
  private final List<Take> takes;
  private final Map<Place, Timeline<Event>> presence = new LinkedHashMap<>();
  private final Map<Place, Map<String, PoolModel>> pools = new LinkedHashMap<>();

  /** The world as a record tells it. */
  World(List<Event> events) {
    Set<String> lastResorts = new HashSet<>();
    Set<String> names = new LinkedHashSet<>();
    Map<Place, List<Event>> byPlace = new LinkedHashMap<>();
    for (Event event : events) {
      if (event instanceof Opening opening) {
        lastResorts.addAll(opening.pools().values());
        names.addAll(opening.pools().keySet());
        change(opening.place(), event);
        note(byPlace, opening.place(), event);
      } else if (event instanceof Closing closing) {
        change(closing.place(), event);
        note(byPlace, closing.place(), event);
      } else if (event instanceof Upload upload) {
        if (upload.lastResort() != null) {
          lastResorts.add(upload.lastResort());
        }
        upload.keys().forEach(key -> names.add(Pool.nameOf(key)));
        note(byPlace, upload.place(), event);
      } else if (event instanceof Deletion deletion) {
        names.add(deletion.pool().name());
        note(byPlace, deletion.pool().place(), event);
      } else if (event instanceof Claim claim) {
        names.addAll(claim.pools());
      } else if (event instanceof Count count) {
        names.add(count.pool().name());
      }
    }
    Quiets quiets = Quiets.of(events);
    takes = Take.of(events, lastResorts);
    Map<Place, List<Take>> takesByPlace = new LinkedHashMap<>();
    takes.forEach(take -> note(takesByPlace, take.place(), take));
    for (Place place : presence.keySet()) {
      Map<String, PoolModel> ofPlace = new LinkedHashMap<>();
      for (String name : names) {
        ofPlace.put(
            name,
            new PoolModel(
                name,
                byPlace.getOrDefault(place, List.of()),
                takesByPlace.getOrDefault(place, List.of()),
                quiets));
      }
      pools.put(place, ofPlace);
    }
  }

  private static <T> void note(Map<Place, List<T>> all, Place place, T one) {
    all.computeIfAbsent(place, first -> new ArrayList<>()).add(one);
  }

  private void change(Place place, Event event) {
    presence.computeIfAbsent(place, one -> new Timeline<>()).addFinal(event.span(), event);
  }

  private List<Timeline.Change<Event>> during(Place place, Span span) {
    Timeline<Event> ofPlace = presence.get(place);
    return ofPlace == null ? List.of() : ofPlace.during(span);
  }

  /** All takes, one of each place that was asked for. */
  List<Take> takes() {
    return takes;
  }

  /** The places for whose keys a claim asks, as far as there ever were any. */
  List<Place> placesOf(Claim claim) {
    return presence.keySet().stream().filter(claim::asks).toList();
  }

  /** Whether a place may have had this identity key, or any where it is empty, during a span. */
  boolean mayHaveBeenThere(Place place, String identity, Span span) {
    return during(place, span).stream()
        .anyMatch(
            change ->
                change.state() instanceof Opening opening
                    && (identity.isEmpty() || opening.identity().equals(identity)));
  }

  /** The identity key of a place all through a span, empty where it is not sure. */
  String identityThere(Place place, Span span) {
    List<Timeline.Change<Event>> possible = during(place, span);
    return possible.size() == 1
            && possible.get(0).state() instanceof Opening opening
            && opening.span().to() < span.from()
        ? opening.identity()
        : "";
  }

  /** The model of a pool of a place that was there at some time. */
  PoolModel pool(Place place, String name) {
    PoolModel pool = pools.getOrDefault(place, Map.of()).get(name);
    if (pool == null) {
      throw new IllegalStateException(place + " never opened");
    }
    return pool;
  }

  /** The models of all pools of such a place. */
  Collection<PoolModel> poolsOf(Place place) {
    return pools.getOrDefault(place, Map.of()).values();
  }
}
