package io.restante.prove;

import io.restante.faults.Curtain;
import io.restante.faults.History;
import io.restante.faults.Span;
import io.restante.prove.Event.Claim;
import io.restante.prove.Owner.Names;
import io.restante.prove.Requester.Manner;
import io.restante.testing.client.Answer;
import io.restante.testing.client.Phone;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Claims from all owners at all gateways, over HTTP and in a socket, by id and by handle, from one
 * device and from all, from one account and from many, of both kinds and of named pools, named and
 * anonymous, with and without an idempotency key; hangs up at times, and asks again under the same
 * key at another gateway.
 */
final class Caller implements AutoCloseable {
  private static final int[] DEVICES = {1, 1, 1, 2, Place.ALL};
  private static final int REPEATS_MAX = 100;
  private static final int RETRY_MS = 150;

  /** Far more than the keys of a pool on all devices. */
  private static final int DRAINS_MAX = 10_000;

  private final Random random;
  private final History<Event> history;
  private final List<Owner> owners;
  private final Requester requester;
  private final int gateways;
  private final Phone phone;

  /** Registers. */
  Caller(
      long seed, History<Event> history, List<Owner> owners, List<Integer> ports, String handle) {
    this.random = new Random(seed);
    this.history = history;
    this.owners = owners;
    this.requester = new Requester(ports);
    this.gateways = ports.size();
    this.phone = new Phone(new RecordedChannel(history, requester, () -> 0), handle);
    Attempt.insist(() -> phone.register() == phone);
  }

  /** Acts until the curtain falls, with pauses of less than this. */
  void act(Curtain curtain, int pauseMsMax) {
    while (curtain.isUp()) {
      Wish wish = wish();
      boolean isNamed = wish.accessKey() == null;
      if (isNamed && random.nextInt(3) == 0) {
        wish = wish.once("once-" + Long.toHexString(random.nextLong()));
      }
      Claim claim = claim(wish, manner(true));
      if (wish.once() != null) {
        repeat(wish, claim, curtain);
      } else if (isUnavailable(claim)) {
        curtain.pause(RETRY_MS);
      }
      curtain.pause(random.nextInt(pauseMsMax));
    }
  }

  private Wish wish() {
    int dice = random.nextInt(20);
    if (dice < 11) {
      Names names = names();
      boolean pni = random.nextInt(5) == 0;
      Wish wish = Wish.keys(new Place(pni ? names.service(true) : account(names), device()));
      return !pni && random.nextInt(5) == 0 ? wish.anonymously(names.accessKey()) : wish;
    }
    if (dice < 14) {
      return Wish.batch(many(true));
    }
    String pool = Shelf.NAMED.get(random.nextInt(Shelf.NAMED.size()));
    if (dice < 16) {
      return Wish.pool(pool, many(false));
    }
    Names names = names();
    boolean isEach = random.nextInt(4) == 0;
    List<Place> wanted =
        isEach
            ? List.of(new Place(names.aci(), 2), new Place(names.aci(), 1))
            : List.of(new Place(names.aci(), device()));
    Wish wish = Wish.pool(pool, wanted);
    return random.nextInt(3) == 0 ? wish.anonymously(names.accessKey()) : wish;
  }

  /** Somebody's account, now and then one that was deleted. */
  private Names names() {
    return names(owners.get(random.nextInt(owners.size())));
  }

  private Names names(Owner owner) {
    List<Names> former = owner.former();
    boolean isFormer = !former.isEmpty() && random.nextInt(12) == 0;
    return isFormer ? former.get(random.nextInt(former.size())) : owner.names();
  }

  private int device() {
    return DEVICES[random.nextInt(DEVICES.length)];
  }

  /** An account by its ACI, or by its handle where it has that. */
  private String account(Names names) {
    String handle = names.handle();
    return handle == null || random.nextInt(4) > 0 ? names.aci() : handle;
  }

  /** Devices of most owners, in any order, none twice. */
  private List<Place> many(boolean otherNamesToo) {
    List<Place> wanted = new ArrayList<>();
    for (Owner owner : owners) {
      Names names = names(owner);
      if (random.nextInt(3) > 0) {
        wanted.add(new Place(otherNamesToo ? account(names) : names.aci(), device()));
      }
      if (otherNamesToo && random.nextInt(4) == 0) {
        wanted.add(random.nextInt(wanted.size() + 1), new Place(names.service(true), device()));
      }
    }
    return wanted.isEmpty() ? List.of(new Place(names().aci(), Place.ALL)) : wanted;
  }

  /** Asks again until there is an answer about all, and often once more, maybe in another shape. */
  private void repeat(Wish wish, Claim first, Curtain curtain) {
    Claim claim = first;
    for (int i = 0; i < REPEATS_MAX && (claim.status() <= 0 || isUnavailable(claim)); i++) {
      if (isUnavailable(claim)) {
        curtain.pause(RETRY_MS);
      }
      claim = claim(wish, manner(false));
    }
    if (claim.status() == 200 && random.nextBoolean()) {
      claim(wish.reshaped(random, new Place(names().aci(), device())), manner(false));
    }
  }

  private static boolean isUnavailable(Claim claim) {
    return claim.status() == Event.LOST
        || claim.status() == 503
        || claim.served().stream().anyMatch(served -> served.status() == 503);
  }

  private Manner manner(boolean mayHangUp) {
    int dice = random.nextInt(20);
    return dice == 0 && mayHangUp ? Manner.HANG_UP : dice < 8 ? Manner.SOCKET : Manner.HTTP;
  }

  /**
   * Claims from every device of an owner until no pool has a one-time key, and once from those of
   * its deleted accounts.
   */
  void drain(Owner owner) {
    for (Names names : owner.former()) {
      claim(Wish.keys(new Place(names.aci(), Place.ALL)), Manner.HTTP);
    }
    Names names = owner.names();
    Place aci = new Place(names.aci(), Place.ALL);
    drain(Wish.keys(aci));
    drain(Wish.batch(List.of(new Place(names.service(true), Place.ALL))));
    Shelf.NAMED.forEach(name -> drain(Wish.pool(name, List.of(aci))));
  }

  /** Until an answer brings nothing that did not come before. */
  private void drain(Wish wish) {
    List<String> before = List.of();
    boolean isEmpty = false;
    for (int i = 0; !isEmpty; i++) {
      Claim claim = claim(wish, Manner.HTTP);
      if (i == DRAINS_MAX) {
        throw new IllegalStateException("not empty after so many claims: " + claim);
      }
      List<String> keys =
          claim.served().stream().flatMap(served -> served.keys().values().stream()).toList();
      isEmpty = claim.status() == 200 && !isUnavailable(claim) && before.containsAll(keys);
      before = keys;
    }
  }

  private Claim claim(Wish wish, Manner manner) {
    boolean anonymous = wish.accessKey() != null;
    long from = history.now();
    Answer answer =
        requester.ask(
            random.nextInt(gateways), manner, anonymous ? null : phone.authorization(), wish.ask());
    Span span = history.since(from);
    int status =
        answer != null ? answer.status() : manner == Manner.HANG_UP ? Event.HUNG_UP : Event.LOST;
    Claim claim =
        new Claim(
            span,
            anonymous ? Event.ANONYMOUS : phone.aci(),
            manner,
            wish.form(),
            wish.pools(),
            wish.wanted(),
            wish.once(),
            status,
            answer == null || status != 200 ? List.of() : wish.served(answer));
    history.add(claim);
    return claim;
  }

  @Override
  public void close() {
    requester.close();
  }
}
