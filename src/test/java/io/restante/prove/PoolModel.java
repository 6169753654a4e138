package io.restante.prove;

import io.restante.faults.Span;
import io.restante.prove.Event.Closing;
import io.restante.prove.Event.Deletion;
import io.restante.prove.Event.Opening;
import io.restante.prove.Event.Upload;
import io.restante.prove.Timeline.Change;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntFunction;

/**
 * What may have waited in one pool, and what surely did.
 *
 * <p>A pool is filled by an upload that brings at least one new key: afterwards it holds the new
 * keys, and of the old ones those that still waited. It is emptied by an opening, a closing and a
 * deletion. Between those it only loses: to claims that were answered, and, maybe, to claims that
 * were not. An upload of old keys alone changes nothing. An owner does one of these after the
 * other, but what had no answer may take effect later.
 *
 * <p>It is there from an opening that has it, or else from the first upload on, until it is
 * deleted. Its last-resort key comes with an opening, or with any upload, and stays until the next
 * one that brings one, or until a deletion. What was uploaded before that does not come back.
 */
final class PoolModel {
  /**
   * What a pool may hold.
   *
   * @param sure those of its keys that no deletion may have taken from it
   * @param since the first of its keys came: claims without an answer may have burned some of them
   */
  private record Fill(Set<String> keys, Set<String> sure, long since) {
    static Fill empty(Span span) {
      return new Fill(Set.of(), Set.of(), span.from());
    }
  }

  private static final Set<Integer> UNKNOWN = Set.of(503, Event.LOST, Event.HUNG_UP);
  private static final String NONE = "";

  private final String name;
  private final Quiets quiets;
  private final List<Span> deletions = new ArrayList<>();
  private final Timeline<Fill> fills = new Timeline<>();
  private final Timeline<Boolean> there = new Timeline<>();
  private final Timeline<String> lastResorts = new Timeline<>();
  private final Map<String, List<Upload>> uploads = new HashMap<>();
  private final Map<String, Take> taken = new HashMap<>();
  private final List<Take> lost = new ArrayList<>();

  /**
   * The model of a pool.
   *
   * @param events of its place, in the order in which they began
   * @param takes of its place
   * @param quiets when nothing was under way
   */
  PoolModel(String name, List<Event> events, List<Take> takes, Quiets quiets) {
    this.name = name;
    this.quiets = quiets;
    for (Event event : events) {
      if (event instanceof Deletion deletion && isOfThis(deletion)) {
        deletions.add(effect(deletion.span(), deletion.status()));
      }
    }
    read(events);
    for (Take take : takes) {
      String key = take.oneTime().get(name);
      if (key != null) {
        taken.putIfAbsent(key, take);
      }
      if (take.asks(name) && (take.served() == null || take.mayHaveFailed(name))) {
        lost.add(take);
      }
    }
  }

  private void read(List<Event> events) {
    Set<String> content = Set.of();
    for (Event event : events) {
      if (event instanceof Opening || event instanceof Closing) {
        content = Set.of();
        fills.addFinal(event.span(), Fill.empty(event.span()));
        Map<String, String> pools = event instanceof Opening opening ? opening.pools() : Map.of();
        there.addFinal(event.span(), pools.containsKey(name));
        lastResorts.addFinal(event.span(), pools.getOrDefault(name, NONE));
      } else if (event instanceof Upload upload
          && (upload.status() == 204 || UNKNOWN.contains(upload.status()))) {
        content = readUpload(upload, content, events);
      } else if (event instanceof Deletion deletion && isOfThis(deletion)) {
        content = readDeletion(deletion, content);
      }
    }
  }

  private boolean isOfThis(Deletion deletion) {
    return deletion.pool().name().equals(name);
  }

  private Set<String> readDeletion(Deletion deletion, Set<String> content) {
    Span span = deletion.span();
    int status = deletion.status();
    boolean isUnknown = UNKNOWN.contains(status);
    // That it is not there tells of an attempt without an answer, unless it is wrong.
    if (!isUnknown && status != 204 && (status != 404 || !mayBeAbsent(span))) {
      return content;
    }
    change(fills, span, status, Fill.empty(span));
    change(there, span, status, false);
    change(lastResorts, span, status, NONE);
    return isUnknown ? content : Set.of();
  }

  private <T> void change(Timeline<T> line, Span span, int status, T state) {
    if (UNKNOWN.contains(status)) {
      line.addUnsure(effect(span, status), state);
    } else {
      line.add(span, state);
    }
  }

  /** When it takes effect: without an answer at any time, or never, until nothing is under way. */
  private Span effect(Span span, int status) {
    return UNKNOWN.contains(status) ? new Span(span.from(), quiets.after(span.from())) : span;
  }

  private Set<String> readUpload(Upload upload, Set<String> content, List<Event> events) {
    String lastResort = upload.lastResort();
    List<String> keys = keysOf(upload);
    if (lastResort != null && Pool.nameOf(lastResort).equals(name)) {
      change(lastResorts, upload.span(), upload.status(), lastResort);
      change(there, upload.span(), upload.status(), true);
    } else if (!keys.isEmpty()) {
      change(there, upload.span(), upload.status(), true);
    }
    Set<String> after = new HashSet<>();
    Set<String> sure = new HashSet<>();
    long stored = storedAt(upload, events);
    boolean isNew = false;
    for (String key : keys) {
      boolean first = !uploads.containsKey(key);
      uploads.computeIfAbsent(key, one -> new ArrayList<>()).add(upload);
      isNew |= first;
      if (first || after.contains(key) || content.contains(key)) {
        after.add(key);
        if (first || sure.contains(key) || !mayBeDeleted(key, stored)) {
          sure.add(key);
        }
      }
    }
    if (!isNew) {
      return content;
    }
    fills.add(new Span(upload.span().from(), stored), new Fill(after, sure, firstUploadOf(after)));
    return after;
  }

  /** Whether a deletion may have come between the first upload of a key and a time. */
  private boolean mayBeDeleted(String key, long until) {
    Span waiting = new Span(firstUploadOf(Set.of(key)), until);
    return deletions.stream().anyMatch(waiting::overlaps);
  }

  private long firstUploadOf(Set<String> keys) {
    return keys.stream()
        .flatMap(key -> uploads.getOrDefault(key, List.of()).stream())
        .mapToLong(upload -> upload.span().from())
        .min()
        .orElse(0);
  }

  /** When an upload, or one of its repetitions, was answered. */
  private static long storedAt(Upload upload, List<Event> events) {
    long at = Span.OPEN;
    for (Event event : events) {
      if (event instanceof Upload same
          && same.status() == 204
          && same.span().to() < at
          && same.keys().equals(upload.keys())) {
        at = same.span().to();
      }
    }
    return at;
  }

  private List<String> keysOf(Upload upload) {
    return upload.keys().stream().filter(key -> Pool.nameOf(key).equals(name)).toList();
  }

  /** Whether a key may have waited here at some moment of a span. */
  boolean mayHold(String key, Span span) {
    return fills.during(span).stream().anyMatch(fill -> fill.state().keys().contains(key));
  }

  /** Whether there may have been no such pool at some moment of a span. */
  boolean mayBeAbsent(Span span) {
    List<Change<Boolean>> possible = there.during(span);
    return possible.isEmpty() || possible.stream().anyMatch(change -> !change.state());
  }

  /** Whether there may have been such a pool at some moment of a span. */
  boolean mayBeThere(Span span) {
    return there.during(span).stream().anyMatch(Change::state);
  }

  /** Whether a key may have been the last-resort one at some moment of a span. */
  boolean mayStandIn(String key, Span span) {
    return lastResorts.during(span).stream().anyMatch(change -> change.state().equals(key));
  }

  /** Whether there may have been a last-resort key at some moment of a span. */
  boolean mayHaveLastResort(Span span) {
    return lastResorts.during(span).stream().anyMatch(change -> !change.state().equals(NONE));
  }

  /** Whether there was a last-resort key all through a span. */
  boolean hasLastResort(Span span) {
    List<Change<String>> possible = lastResorts.during(span);
    return !possible.isEmpty()
        && possible.stream().noneMatch(change -> change.state().equals(NONE));
  }

  /** Whether there may have been no key at some moment of a span. */
  boolean mayBeEmpty(Span span) {
    return countMin(span) <= 0;
  }

  /** The least that may have waited at some moment of a span; 0 where nothing is known. */
  int countMin(Span span) {
    return fills.during(span).stream()
        .mapToInt(fill -> left(fill, span.to()) - lostSince(fill, span.to()))
        .min()
        .orElse(0);
  }

  /** The most that may have waited at some moment of a span. */
  int countMax(Span span) {
    ToIntFunction<Change<Fill>> most =
        fill -> {
          int gone = 0;
          for (String key : fill.state().keys()) {
            Take take = taken.get(key);
            gone += take != null && take.span().to() < span.from() ? 1 : 0;
          }
          return fill.state().keys().size() - gone;
        };
    return fills.during(span).stream().mapToInt(most).max().orElse(0);
  }

  private int left(Change<Fill> fill, long at) {
    int left = 0;
    for (String key : fill.state().sure()) {
      Take take = taken.get(key);
      left += take == null || take.span().from() > at ? 1 : 0;
    }
    return left;
  }

  /** How many keys of a fill claims without an answer may have burned. */
  private int lostSince(Change<Fill> fill, long at) {
    int count = 0;
    for (Take take : lost) {
      count += take.span().from() <= at && take.overAt() >= fill.state().since() ? 1 : 0;
    }
    return count;
  }

  /** The least and the most keys of an upload that may have been dropped. */
  int[] dropped(Upload upload) {
    List<String> keys = keysOf(upload);
    Set<String> distinct = new HashSet<>(keys);
    int least = keys.size() - distinct.size();
    int most = least;
    for (String key : distinct) {
      least += isSurelyGone(key, upload) ? 1 : 0;
      most += mayBeGone(key, upload) ? 1 : 0;
    }
    return new int[] {least, most};
  }

  private boolean isSurelyGone(String key, Upload upload) {
    Take take = taken.get(key);
    long before = upload.span().from();
    boolean isKnown =
        uploads.getOrDefault(key, List.of()).stream()
            .anyMatch(other -> other.status() == 204 && other.span().to() < before);
    return (take != null && take.span().to() < before) || (isKnown && !mayHold(key, upload.span()));
  }

  private boolean mayBeGone(String key, Upload upload) {
    boolean isNew =
        uploads.getOrDefault(key, List.of()).stream()
            .allMatch(other -> other.equals(upload) || other.span().from() > upload.span().to());
    if (isNew || upload.renumbered()) {
      return !isNew;
    }
    Take take = taken.get(key);
    return (take != null && take.span().from() <= upload.span().to())
        || fills.during(upload.span()).stream()
            .anyMatch(
                fill ->
                    !fill.state().sure().contains(key) || lostSince(fill, upload.span().to()) > 0);
  }
}
