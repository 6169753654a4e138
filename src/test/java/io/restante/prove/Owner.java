package io.restante.prove;

import io.restante.faults.Curtain;
import io.restante.faults.History;
import io.restante.faults.Span;
import io.restante.prove.Event.Closing;
import io.restante.prove.Event.Count;
import io.restante.prove.Event.Opening;
import io.restante.prove.Event.Other;
import io.restante.prove.Event.Upload;
import io.restante.prove.Place.Kind;
import io.restante.prove.Requester.Manner;
import io.restante.testing.client.Answer;
import io.restante.testing.client.Ask;
import io.restante.testing.client.Channel;
import io.restante.testing.client.KeyRing;
import io.restante.testing.client.Phone;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An account whose devices keep pools filled, as clients do and as they should not: uploads of new
 * keys, repeated until they are answered, and once more, later, under other ids, twice in one list,
 * mixed with new ones; with a device that comes and goes, and registrations anew. What fills or
 * empties a pool is done one after the other, as the checker's model has it.
 */
final class Owner implements AutoCloseable {
  private static final int KEYS_MAX = 16;
  private static final int STOCK = 60;
  private static final int BATCHES_REMEMBERED = 12;
  private static final int PAUSE_MS_MAX = 40;
  private static final int RETRY_MS = 20;
  private static final int LINKED_DEVICE = 2;

  /** A device's identity, and what it has uploaded so far, the newest last. */
  private record Home(Place place, Phone phone, KeyRing keys, List<Batch> past) {
    String identity() {
      return Base64.getEncoder().withoutPadding().encodeToString(keys.identityKey());
    }
  }

  private final Random random;
  private final History<Event> history;
  private final Requester requester;
  private final Requester second;
  private final int gateways;
  private final String handle;
  private final Map<Place, Home> homes = new HashMap<>();
  private final Set<String> lastResorts = ConcurrentHashMap.newKeySet();
  private volatile Phone phone;

  /** Registers the account. */
  Owner(long seed, History<Event> history, List<Integer> ports, String handle) {
    this.random = new Random(seed);
    this.history = history;
    this.requester = new Requester(ports);
    this.second = new Requester(ports);
    this.gateways = ports.size();
    this.handle = handle;
    this.phone = register();
  }

  /** The identity as requests name it. */
  String service(boolean pni) {
    return pni ? "PNI:" + phone.pni() : phone.aci();
  }

  /** Whether a key is one that its devices have for when a pool is empty. */
  boolean isLastResort(String key) {
    return lastResorts.contains(key);
  }

  /** What admits anonymous callers at the moment. */
  String accessKey() {
    return phone.accessKey();
  }

  /** Acts until the curtain falls. */
  void act(Curtain curtain) {
    while (curtain.isUp()) {
      List<Home> all = new ArrayList<>(homes.values());
      step(all.get(random.nextInt(all.size())), curtain);
      curtain.pause(random.nextInt(PAUSE_MS_MAX));
    }
  }

  private void step(Home home, Curtain curtain) {
    int dice = random.nextInt(100);
    if (home.past().isEmpty() || dice < 45) {
      count(home);
      store(home, fresh(home));
    } else if (dice < 60) {
      store(home, last(home));
    } else if (dice < 70) {
      Batch old = home.past().get(random.nextInt(home.past().size()));
      storeBoth(home, fresh(home), old);
    } else if (dice < 78) {
      store(home, last(home).renumber(random));
    } else if (dice < 84) {
      Batch fresh = fresh(home);
      store(home, fresh.and(fresh.renumber(random)));
    } else if (dice < 90) {
      store(home, last(home).and(fresh(home)));
    } else if (dice < 96) {
      count(home);
    } else if (dice < 98) {
      removeLinked(curtain);
    } else {
      register();
    }
  }

  /** Fills all its pools well; only while nothing goes wrong. */
  void stockUp() {
    for (Home home : homes.values()) {
      Batch batch = Batch.fresh(home.keys(), STOCK, STOCK / 2);
      home.past().add(batch);
      store(home, batch);
    }
  }

  private static Batch last(Home home) {
    return home.past().get(home.past().size() - 1);
  }

  private Batch fresh(Home home) {
    Batch batch =
        Batch.fresh(home.keys(), 1 + random.nextInt(KEYS_MAX), random.nextInt(KEYS_MAX / 2));
    home.past().add(batch);
    if (home.past().size() > BATCHES_REMEMBERED) {
      home.past().remove(0);
    }
    return batch;
  }

  /** Uploads until it is taken or refused. */
  private void store(Home home, Batch batch) {
    int status = Event.LOST;
    while (status == Event.LOST || status == 503 || status == 429) {
      Manner manner = random.nextInt(4) == 0 ? Manner.SOCKET : Manner.HTTP;
      status = upload(requester, random.nextInt(gateways), manner, home, batch);
    }
  }

  /** Uploads new keys while an old upload, which was on its way all the time, arrives as well. */
  private void storeBoth(Home home, Batch fresh, Batch old) {
    int gateway = random.nextInt(gateways);
    CompletableFuture<Integer> late =
        CompletableFuture.supplyAsync(() -> upload(second, gateway, Manner.HTTP, home, old));
    store(home, fresh);
    late.join();
  }

  private int upload(Requester by, int gateway, Manner manner, Home home, Batch batch) {
    boolean pni = home.place().service().startsWith("PNI:");
    Ask ask = Ask.put("/v2/keys" + (pni ? "?identity=pni" : ""), batch.body());
    long from = history.now();
    Answer answer = by.ask(gateway, manner, home.phone().authorization(), ask);
    int status = answer == null ? Event.LOST : answer.status();
    String dropped = answer == null ? null : answer.header("X-Restante-Keys-Dropped");
    history.add(
        new Upload(
            history.since(from),
            home.place(),
            home.identity(),
            batch.keys(),
            batch.renumbered(),
            status,
            dropped == null ? Event.UNTOLD : Integer.parseInt(dropped)));
    return status;
  }

  /** Asks what waits in all its pools until it is told. */
  void countAll() {
    homes.values().forEach(home -> insist(() -> count(home)));
  }

  private boolean count(Home home) {
    boolean pni = home.place().service().startsWith("PNI:");
    Ask ask = Ask.get("/v2/keys" + (pni ? "?identity=pni" : ""));
    long from = history.now();
    Answer answer =
        requester.ask(random.nextInt(gateways), Manner.HTTP, home.phone().authorization(), ask);
    Span span = history.since(from);
    int status = answer == null ? Event.LOST : answer.status();
    if (answer == null || status != 200) {
      history.add(new Other(span, "GET /v2/keys", status));
      return false;
    }
    JsonObject counts = answer.json();
    history.add(
        new Count(span, home.place(), counts.getInteger("count"), counts.getInteger("pqCount")));
    return true;
  }

  /** Registers, maybe anew: with another password, other keys, and no linked device. */
  private Phone register() {
    Phone fresh = new Phone(this::ask, handle);
    long from = history.now();
    insist(() -> fresh.register() == fresh);
    Span span = history.since(from);
    homes.keySet().stream()
        .filter(place -> place.device() == LINKED_DEVICE)
        .forEach(place -> history.add(new Closing(span, place)));
    homes.clear();
    open(span, fresh, 1);
    phone = fresh;
    awaitKnown(fresh);
    return fresh;
  }

  /** Links a second device where there is none; only while nothing goes wrong. */
  void link() {
    if (!homes.containsKey(new Place(phone.aci(), LINKED_DEVICE))) {
      long from = history.now();
      Phone linked = phone.link();
      if (linked.peer().device() != LINKED_DEVICE) {
        throw new IllegalStateException("linked as another device: " + linked.peer().device());
      }
      open(history.since(from), linked, LINKED_DEVICE);
      awaitKnown(linked);
    }
  }

  /** A gateway that has not heard of the new password refuses it, as long as it has the old one. */
  private void awaitKnown(Phone device) {
    Ask ask = Ask.get("/v1/accounts/whoami");
    for (int i = 0; i < gateways; i++) {
      int gateway = i;
      insist(
          () -> {
            Answer answer = requester.ask(gateway, Manner.HTTP, device.authorization(), ask);
            return answer != null && answer.status() == 200;
          });
    }
  }

  private void open(Span span, Phone of, int device) {
    for (boolean pni : new boolean[] {false, true}) {
      KeyRing keys = pni ? of.pniKeys() : of.aciKeys();
      Place place = new Place(pni ? "PNI:" + of.pni() : of.aci(), device);
      Home home = new Home(place, of, keys, new ArrayList<>());
      String last = KeyRing.json(keys.lastResort()).getString("publicKey");
      lastResorts.add(Kind.KEM.name(last));
      history.add(new Opening(span, place, home.identity(), Kind.KEM.name(last)));
      homes.put(place, home);
    }
  }

  private void removeLinked(Curtain curtain) {
    Place aci = new Place(phone.aci(), LINKED_DEVICE);
    Place pni = new Place("PNI:" + phone.pni(), LINKED_DEVICE);
    if (homes.remove(aci) == null) {
      return;
    }
    homes.remove(pni);
    Ask remove = Ask.delete("/v1/devices/" + LINKED_DEVICE);
    long from = history.now();
    boolean isRepeated = false;
    while (true) {
      long asked = history.now();
      Answer answer =
          requester.ask(random.nextInt(gateways), Manner.HTTP, phone.authorization(), remove);
      int status = answer == null ? Event.LOST : answer.status();
      if (status == 204 || (status == 404 && isRepeated)) {
        break;
      }
      history.add(new Other(history.since(asked), "DELETE /v1/devices", status));
      isRepeated = true;
      curtain.pause(RETRY_MS);
    }
    Span span = history.since(from);
    history.add(new Closing(span, aci));
    history.add(new Closing(span, pni));
  }

  /** A phone's own requests, each to any gateway. */
  private CompletableFuture<Answer> ask(Ask ask) {
    Channel channel = requester.channel(random.nextInt(gateways));
    long from = history.now();
    return channel
        .send(ask)
        .whenComplete(
            (answer, failure) ->
                history.add(
                    new Other(
                        history.since(from),
                        ask.method() + ' ' + ask.path(),
                        answer == null ? Event.LOST : answer.status())));
  }

  private static void insist(Attempt attempt) {
    Curtain never = new Curtain();
    while (!attempt.succeeds()) {
      never.pause(RETRY_MS);
    }
  }

  /** Something that may fail for want of an answer. */
  @FunctionalInterface
  private interface Attempt {
    boolean isDone();

    default boolean succeeds() {
      try {
        return isDone();
      } catch (AssertionError | RuntimeException e) {
        // The record has the answer that was not the expected one.
        return false;
      }
    }
  }

  @Override
  public void close() {
    requester.close();
    second.close();
  }
}
