package io.restante.prove;

import io.restante.faults.Span;
import io.restante.prove.Event.Claim;
import io.restante.prove.Event.Closing;
import io.restante.prove.Event.Count;
import io.restante.prove.Event.Deletion;
import io.restante.prove.Event.Form;
import io.restante.prove.Event.Opening;
import io.restante.prove.Event.Served;
import io.restante.prove.Event.Trouble;
import io.restante.prove.Event.Upload;
import io.restante.prove.Requester.Manner;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A record made by hand: one account and what is done with it, each step after the last one. */
final class Tale {
  static final String SERVICE = "bob";
  static final String IDENTITY = "i1";
  static final Place PLACE = new Place(SERVICE, 1);
  static final String MLS = "mls";
  private static final long STEP = 10;
  private static final String LAST_RESORT = "kem:last";
  private static final List<String> SIGNAL = List.of(Pool.EC, Pool.KEM);

  private final List<Event> events = new ArrayList<>();
  private long now;

  /** The span of the next step. */
  Span next() {
    now += STEP;
    return new Span(now, now + STEP / 2);
  }

  /** A span that reaches over so many steps, of which this is the first. */
  Span over(int steps) {
    Span first = next();
    return new Span(first.from(), first.to() + (steps - 1) * STEP);
  }

  Tale add(Event event) {
    events.add(event);
    return this;
  }

  Tale open() {
    return open(PLACE, IDENTITY);
  }

  Tale open(Place place, String identity) {
    return add(new Opening(next(), place, identity, Map.of(Pool.EC, "", Pool.KEM, LAST_RESORT)));
  }

  Tale close(Place place) {
    return add(new Closing(next(), place, false));
  }

  /** The account is deleted, of which this is a device. */
  Tale delete(Place place) {
    return add(new Closing(next(), place, true));
  }

  Tale upload(String... keys) {
    return upload(next(), 204, Event.UNTOLD, keys);
  }

  Tale upload(Span span, int status, int dropped, String... keys) {
    return upload(span, status, dropped, false, keys);
  }

  Tale upload(Span span, int status, int dropped, boolean renumbered, String... keys) {
    List<String> names = Stream.of(keys).map(key -> "ec:" + key).toList();
    return add(
        new Upload(span, PLACE, Manner.HTTP, IDENTITY, names, renumbered, null, status, dropped));
  }

  /** An upload of nothing under an identity key. */
  Tale uploadUnder(String identity, int status) {
    List<String> keys = List.of();
    return add(
        new Upload(next(), PLACE, Manner.HTTP, identity, keys, false, null, status, Event.UNTOLD));
  }

  /** An upload to the pool {@link #MLS}. */
  Tale fill(@Nullable String lastResort, String... keys) {
    return fill(next(), 204, Event.UNTOLD, lastResort, keys);
  }

  Tale fill(Span span, int status, int dropped, @Nullable String lastResort, String... keys) {
    List<String> names = Stream.of(keys).map(key -> "mls:" + key).toList();
    String last = lastResort == null ? null : "mls:" + lastResort;
    return add(new Upload(span, PLACE, Manner.HTTP, IDENTITY, names, false, last, status, dropped));
  }

  /** A deletion of the pool {@link #MLS}. */
  Tale empty(int status) {
    return empty(next(), status);
  }

  Tale empty(Span span, int status) {
    return add(new Deletion(span, new Pool(PLACE, MLS), Manner.HTTP, status));
  }

  /** A claim by alice that brought this key, or none. */
  Tale claim(@Nullable String key) {
    return claim(next(), "alice", null, "", key);
  }

  Tale claim(Span span, String caller, @Nullable String once, String body, @Nullable String key) {
    List<Served> served = List.of(served(PLACE, IDENTITY, body, key));
    return add(
        new Claim(span, caller, Manner.HTTP, Form.KEYS, SIGNAL, List.of(PLACE), once, 200, served));
  }

  /** A claim by alice from all devices. */
  Tale claimAll(Served... served) {
    return add(
        new Claim(
            next(),
            "alice",
            Manner.HTTP,
            Form.KEYS,
            SIGNAL,
            List.of(new Place(SERVICE, Place.ALL)),
            null,
            200,
            List.of(served)));
  }

  /** A batch by alice from all that it speaks of. */
  Tale batch(@Nullable String once, Served... served) {
    return batch(next(), once, served);
  }

  Tale batch(Span span, @Nullable String once, Served... served) {
    List<Place> wanted = Stream.of(served).map(Served::place).toList();
    List<Served> all = List.of(served);
    return add(new Claim(span, "alice", Manner.HTTP, Form.BATCH, SIGNAL, wanted, once, 200, all));
  }

  /** A claim by alice from the pool {@link #MLS} that brought this entry, or none. */
  Tale take(@Nullable String key) {
    return take(next(), null, key);
  }

  Tale take(Span span, @Nullable String once, @Nullable String key) {
    Map<String, String> keys = key == null ? Map.of() : Map.of(MLS, "mls:" + key);
    return take(span, once, new Served(PLACE, 200, "", "", String.valueOf(key), keys));
  }

  Tale take(Span span, @Nullable String once, Served served) {
    List<Place> wanted = List.of(served.place());
    List<String> pools = List.of(MLS);
    return add(
        new Claim(
            span, "alice", Manner.HTTP, Form.POOL, pools, wanted, once, 200, List.of(served)));
  }

  static Served served(int device, @Nullable String key) {
    return served(new Place(SERVICE, device), IDENTITY, "", key);
  }

  static Served served(Place place, String identity, String body, @Nullable String key) {
    Map<String, String> keys =
        key == null
            ? Map.of(Pool.KEM, LAST_RESORT)
            : Map.of(Pool.EC, "ec:" + key, Pool.KEM, LAST_RESORT);
    return new Served(place, 200, "", identity, body, keys);
  }

  /** A claim by alice that brought nothing. */
  Tale refused(Span span, int status) {
    return refused(span, null, status);
  }

  Tale refused(Span span, @Nullable String once, int status) {
    return refused(span, Manner.HTTP, once, status);
  }

  Tale refused(Span span, Manner manner, @Nullable String once, int status) {
    List<Place> wanted = List.of(PLACE);
    return add(
        new Claim(span, "alice", manner, Form.KEYS, SIGNAL, wanted, once, status, List.of()));
  }

  Tale count(int count) {
    return count(Pool.EC, count);
  }

  Tale count(String pool, int count) {
    return add(new Count(next(), new Pool(PLACE, pool), count));
  }

  /** Its owner is told whether the pool {@link #MLS} has a last-resort entry. */
  Tale standby(boolean hasLastResort) {
    return add(new Event.Standby(next(), new Pool(PLACE, MLS), hasLastResort));
  }

  Tale quiet() {
    return add(new Event.Quiet(next()));
  }

  /** A fault that reaches over so many steps, of which this is none. */
  Tale trouble(int steps) {
    return trouble(steps, false);
  }

  /** The same, in which another primary may take over. */
  Tale trouble(int steps, boolean forgets) {
    return add(new Trouble(new Span(now + 1, now + steps * STEP), "a fault", forgets));
  }

  /** The rules that it breaks, in the checker's order. */
  List<Finding.Rule> findings() {
    events.sort(Comparator.comparingLong(event -> event.span().from()));
    return Checker.check(events).stream().map(Finding::rule).toList();
  }
}
