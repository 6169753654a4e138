package io.restante.prove;

import io.restante.faults.History;
import io.restante.faults.Span;
import io.restante.prove.Event.Count;
import io.restante.prove.Event.Deletion;
import io.restante.prove.Event.Other;
import io.restante.prove.Event.Served;
import io.restante.prove.Event.Standby;
import io.restante.prove.Event.Upload;
import io.restante.prove.Requester.Manner;
import io.restante.testing.client.Answer;
import io.restante.testing.client.Ask;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Keeps shelves filled, as clients do and as they should not: uploads of new keys, repeated until
 * they are answered, and once more, later, under other ids, twice in one list, mixed with new ones.
 * Deletes named pools, repeated as well, and uploads again what was in them. What fills or deletes
 * a pool is done one after the other, as the checker's model has it.
 */
final class Filler implements AutoCloseable {
  private static final int KEYS_MAX = 16;
  private static final int HANGS_UP_OF_DELETIONS = 6;
  private static final Set<Integer> AGAIN = Set.of(Event.LOST, Event.HUNG_UP, 503, 429);

  private final Random random;
  private final History<Event> history;
  private final Requester requester;
  private final Requester second;
  private final int gateways;

  /** Fills at gateways of these ports. */
  Filler(Random random, History<Event> history, List<Integer> ports) {
    this.random = random;
    this.history = history;
    this.requester = new Requester(ports);
    this.second = new Requester(ports);
    this.gateways = ports.size();
  }

  /**
   * Does one thing with a shelf.
   *
   * @param dice 0 to 99
   */
  void step(Shelf shelf, int dice) {
    if (shelf.past().isEmpty() || dice < 47) {
      count(shelf);
      store(shelf, fresh(shelf));
    } else if (dice < 62) {
      store(shelf, shelf.last());
    } else if (dice < 73) {
      Batch old = shelf.past().get(random.nextInt(shelf.past().size()));
      storeBoth(shelf, fresh(shelf), old);
    } else if (dice < 81) {
      store(shelf, shelf.last().renumber(random));
    } else if (dice < 87) {
      Batch fresh = fresh(shelf);
      store(shelf, fresh.and(fresh.renumber(random)));
    } else if (dice < 90) {
      store(shelf, shelf.last().and(fresh(shelf)));
    } else if (dice < 92) {
      count(shelf);
    } else {
      shelf.deletable().ifPresentOrElse(pool -> delete(shelf, pool), () -> count(shelf));
    }
  }

  /** Deletes a pool, often uploads what was in it, alone or with new keys, and looks at it. */
  private void delete(Shelf shelf, Pool pool) {
    Attempt.insist(() -> !AGAIN.contains(deleteOnce(shelf, pool)));
    switch (random.nextInt(4)) {
      case 0 -> store(shelf, shelf.last());
      case 1 -> store(shelf, shelf.last().and(fresh(shelf)));
      case 2 -> store(shelf, fresh(shelf));
      default -> {}
    }
    count(shelf);
  }

  private int deleteOnce(Shelf shelf, Pool pool) {
    Manner manner =
        random.nextInt(HANGS_UP_OF_DELETIONS) == 0
            ? Manner.HANG_UP
            : random.nextInt(4) == 0 ? Manner.SOCKET : Manner.HTTP;
    Ask ask = Ask.delete(shelf.path());
    long from = history.now();
    Answer answer =
        requester.ask(random.nextInt(gateways), manner, shelf.phone().authorization(), ask);
    Span span = history.since(from);
    int unanswered = manner == Manner.HANG_UP ? Event.HUNG_UP : Event.LOST;
    int status = answer == null ? unanswered : answer.status();
    if (status == 404 && !is(answer, Served.NO_SUCH_POOL)) {
      history.add(new Other(span, "DELETE " + shelf.path(), status));
    } else {
      history.add(new Deletion(span, pool, manner, status));
    }
    return status;
  }

  private Batch fresh(Shelf shelf) {
    return shelf.fresh(1 + random.nextInt(KEYS_MAX));
  }

  /** Uploads until it is taken or refused. */
  void store(Shelf shelf, Batch batch) {
    Attempt.insist(() -> !AGAIN.contains(storeOnce(shelf, batch)));
  }

  private int storeOnce(Shelf shelf, Batch batch) {
    Manner manner = random.nextInt(4) == 0 ? Manner.SOCKET : Manner.HTTP;
    return upload(requester, random.nextInt(gateways), manner, shelf, batch);
  }

  /** Uploads new keys while an old upload, which was on its way all the time, arrives as well. */
  private void storeBoth(Shelf shelf, Batch fresh, Batch old) {
    int gateway = random.nextInt(gateways);
    CompletableFuture<Integer> late =
        CompletableFuture.supplyAsync(() -> upload(second, gateway, Manner.HTTP, shelf, old));
    store(shelf, fresh);
    late.join();
  }

  private int upload(Requester by, int gateway, Manner manner, Shelf shelf, Batch batch) {
    Ask ask = Ask.put(shelf.path(), batch.body());
    long from = history.now();
    Answer answer = by.ask(gateway, manner, shelf.phone().authorization(), ask);
    int status = answer == null ? Event.LOST : answer.status();
    String dropped = answer == null ? null : answer.header("X-Restante-Keys-Dropped");
    history.add(
        new Upload(
            history.since(from),
            shelf.place(),
            manner,
            shelf.identity(),
            batch.keys(),
            batch.renumbered(),
            batch.lastResort(),
            status,
            dropped == null ? Event.UNTOLD : Integer.parseInt(dropped)));
    return status;
  }

  /** Asks what waits on a shelf; answers whether it was told. */
  boolean count(Shelf shelf) {
    Ask ask = Ask.get(shelf.path());
    long from = history.now();
    Answer answer =
        requester.ask(random.nextInt(gateways), Manner.HTTP, shelf.phone().authorization(), ask);
    Span span = history.since(from);
    int status = answer == null ? Event.LOST : answer.status();
    boolean isAbsent = status == 404 && is(answer, Served.NO_SUCH_POOL);
    if (answer == null || (status != 200 && !isAbsent)) {
      history.add(new Other(span, "GET " + shelf.path(), status));
      return false;
    }
    shelf
        .counts()
        .forEach(
            (name, field) ->
                history.add(
                    new Count(
                        span,
                        new Pool(shelf.place(), name),
                        isAbsent ? Event.ABSENT : answer.json().getInteger(field))));
    if (!isAbsent) {
      boolean hasLastResort = answer.json().getBoolean("hasLastResort", false);
      shelf.deletable().ifPresent(pool -> history.add(new Standby(span, pool, hasLastResort)));
    }
    return true;
  }

  private static boolean is(@Nullable Answer answer, String code) {
    return answer != null && code.equals(answer.json().getString("code"));
  }

  @Override
  public void close() {
    requester.close();
    second.close();
  }
}
