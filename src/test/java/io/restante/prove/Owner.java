package io.restante.prove;

import io.restante.faults.Curtain;
import io.restante.faults.History;
import io.restante.faults.Span;
import io.restante.prove.Event.Closing;
import io.restante.prove.Event.Naming;
import io.restante.prove.Event.Opening;
import io.restante.prove.Event.Other;
import io.restante.prove.Requester.Manner;
import io.restante.testing.client.Answer;
import io.restante.testing.client.Ask;
import io.restante.testing.client.KeyRing;
import io.restante.testing.client.Phone;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Somebody with a handle, whose devices keep pools filled. A device comes and goes, the account is
 * registered anew, or it is deleted and another one registered. What fills or empties a pool is
 * done one after the other, as the checker's model has it.
 */
final class Owner implements AutoCloseable {
  private static final int STOCK = 60;
  private static final int PAUSE_MS_MAX = 40;
  private static final int LINKED_DEVICE = 2;
  private static final int LINKS_MAX = 3;
  private static final String NO_LAST_RESORT = "";

  /**
   * How an account is called, and what admits anonymous callers to it.
   *
   * @param handle null where it leads to another account by now
   */
  record Names(String aci, String pni, @Nullable String handle, String accessKey) {
    /** The identity as requests name it. */
    String service(boolean ofPni) {
      return ofPni ? "PNI:" + pni : aci;
    }
  }

  private final Random random;
  private final History<Event> history;
  private final Requester requester;
  private final RecordedChannel channel;
  private final Filler filler;
  private final int gateways;
  private final String handle;
  private final Map<Place, List<Shelf>> shelves = new LinkedHashMap<>();
  private final List<Names> former = new CopyOnWriteArrayList<>();
  private volatile Phone phone;

  /** Registers the account. */
  Owner(long seed, History<Event> history, List<Integer> ports, String handle) {
    this.random = new Random(seed);
    this.history = history;
    this.requester = new Requester(ports);
    this.filler = new Filler(random, history, ports);
    this.gateways = ports.size();
    this.channel = new RecordedChannel(history, requester, () -> random.nextInt(gateways));
    this.handle = handle;
    this.phone = register();
  }

  /** The account that it has at the moment. */
  Names names() {
    return names(phone);
  }

  private Names names(Phone of) {
    return new Names(of.aci(), of.pni(), handle, of.accessKey());
  }

  /** Its accounts that were deleted, the last one last. */
  List<Names> former() {
    return former;
  }

  /** Acts until the curtain falls. */
  void act(Curtain curtain) {
    while (curtain.isUp()) {
      List<Shelf> all = shelves.values().stream().flatMap(List::stream).toList();
      int dice = random.nextInt(200);
      if (dice < 4) {
        removeLinked();
      } else if (dice < 6) {
        register();
      } else if (dice < 8) {
        endAccount();
      } else {
        filler.step(all.get(random.nextInt(all.size())), random.nextInt(100));
      }
      curtain.pause(random.nextInt(PAUSE_MS_MAX));
    }
  }

  /** Fills all its pools well; only while nothing goes wrong. */
  void stockUp() {
    shelves.values().stream()
        .flatMap(List::stream)
        .forEach(shelf -> filler.store(shelf, shelf.fresh(STOCK)));
  }

  /** Asks what waits in all its pools until it is told. */
  void countAll() {
    shelves.values().stream()
        .flatMap(List::stream)
        .forEach(shelf -> Attempt.insist(() -> filler.count(shelf)));
  }

  /** Registers, maybe anew: with another password, other keys, and no linked device. */
  private Phone register() {
    Phone fresh = new Phone(channel, handle);
    long from = history.now();
    Attempt.insist(() -> fresh.register() == fresh);
    Span span = history.since(from);
    shelves.keySet().stream()
        .filter(place -> place.device() == LINKED_DEVICE)
        .forEach(place -> history.add(new Closing(span, place, false)));
    shelves.clear();
    history.add(new Naming(span, handle, fresh.aci()));
    open(span, fresh, 1);
    phone = fresh;
    awaitKnown(fresh);
    return fresh;
  }

  /**
   * Links a second device where there is none; only while nothing goes wrong and nobody claims.
   *
   * @return false where that was refused, or not answered, several times: the record says how
   */
  boolean link() {
    Place second = new Place(phone.aci(), LINKED_DEVICE);
    for (int i = 0; i < LINKS_MAX && !shelves.containsKey(second); i++) {
      boolean unused = channel.takeRefused();
      try {
        linkOnce();
      } catch (AssertionError | RuntimeException e) {
        if (!channel.takeRefused()) {
          throw e;
        }
        unlink();
      }
    }
    return shelves.containsKey(second);
  }

  private void linkOnce() {
    long from = history.now();
    Phone linked = phone.link();
    if (linked.peer().device() != LINKED_DEVICE) {
      throw new IllegalStateException("linked as another device: " + linked.peer().device());
    }
    open(history.since(from), linked, LINKED_DEVICE);
    awaitKnown(linked);
  }

  /** Whether there is a second device is not known: sees to it that there is none. */
  private void unlink() {
    Ask deletion = Ask.delete("/v1/devices/" + LINKED_DEVICE);
    Attempt.insist(
        () -> {
          long from = history.now();
          Answer answer =
              requester.ask(random.nextInt(gateways), Manner.HTTP, phone.authorization(), deletion);
          int status = answer == null ? Event.LOST : answer.status();
          boolean isGone = status == 204 || status == 404;
          history.add(
              new Other(history.since(from), "DELETE " + deletion.path(), isGone ? 204 : status));
          return isGone;
        });
  }

  /** A gateway that has not heard of the new password refuses it, as long as it has the old one. */
  private void awaitKnown(Phone device) {
    Ask ask = Ask.get("/v1/accounts/whoami");
    for (int i = 0; i < gateways; i++) {
      int gateway = i;
      Attempt.insist(
          () -> {
            Answer answer = requester.ask(gateway, Manner.HTTP, device.authorization(), ask);
            return answer != null && answer.status() == 200;
          });
    }
  }

  private void open(Span span, Phone of, int device) {
    for (boolean pni : new boolean[] {false, true}) {
      KeyRing keys = pni ? of.pniKeys() : of.aciKeys();
      Place place = new Place(names(of).service(pni), device);
      List<Shelf> filled = new ArrayList<>();
      filled.add(Shelf.signal(place, of, keys, pni));
      if (!pni) {
        Shelf.NAMED.forEach(name -> filled.add(Shelf.named(name, place, of, random)));
      }
      String last = Pool.key(Pool.KEM, KeyRing.json(keys.lastResort()).getString("publicKey"));
      history.add(
          new Opening(
              span, place, Shelf.identity(keys), Map.of(Pool.EC, NO_LAST_RESORT, Pool.KEM, last)));
      shelves.put(place, filled);
    }
  }

  private void removeLinked() {
    List<Place> ending =
        shelves.keySet().stream().filter(place -> place.device() == LINKED_DEVICE).toList();
    if (!ending.isEmpty()) {
      shelves.keySet().removeAll(ending);
      Span span = insistOn(Ask.delete("/v1/devices/" + LINKED_DEVICE), 404);
      ending.forEach(place -> history.add(new Closing(span, place, false)));
    }
  }

  /** Deletes the account, and registers another one under the same handle. */
  private void endAccount() {
    List<Place> ending = List.copyOf(shelves.keySet());
    shelves.clear();
    Span span = insistOn(Ask.delete("/v1/accounts/me"), 401);
    ending.forEach(place -> history.add(new Closing(span, place, true)));
    former.add(new Names(phone.aci(), phone.pni(), null, phone.accessKey()));
    register();
  }

  /**
   * Asks to have something deleted until that is answered.
   *
   * @param goneStatus of a repetition, where an attempt without an answer did it
   */
  private Span insistOn(Ask deletion, int goneStatus) {
    long from = history.now();
    AtomicBoolean isRepeated = new AtomicBoolean();
    Attempt.insist(
        () -> {
          long asked = history.now();
          Answer answer =
              requester.ask(random.nextInt(gateways), Manner.HTTP, phone.authorization(), deletion);
          int status = answer == null ? Event.LOST : answer.status();
          if (status == 204 || (status == goneStatus && isRepeated.get())) {
            return true;
          }
          history.add(new Other(history.since(asked), "DELETE " + deletion.path(), status));
          isRepeated.set(true);
          return false;
        });
    return history.since(from);
  }

  @Override
  public void close() {
    requester.close();
    filler.close();
  }
}
