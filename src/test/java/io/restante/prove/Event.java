package io.restante.prove;

import io.restante.faults.Span;
import io.restante.faults.Timed;
import io.restante.prove.Requester.Manner;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One thing that happened on stage, as its actor saw it: from before its request was sent until the
 * answer was read. Keys are named as {@link Pool#key} does.
 */
sealed interface Event extends Timed {
  /** The status of a request without an answer: its connection ended, or the time was up. */
  int LOST = 0;

  /** The status of a request whose caller went before the answer came. */
  int HUNG_UP = -1;

  /** Who asks without credentials. */
  String ANONYMOUS = "anonymous";

  /** No number: the answer did not tell one. */
  int UNTOLD = -1;

  /** The count of a pool that is said not to be there. */
  int ABSENT = -2;

  /**
   * A device is there from now on, with empty pools: it was linked, or its account registered,
   * maybe anew. From the first attempt until one was answered.
   *
   * @param identity the identity key
   * @param pools the names of those that are there at once, each with its last-resort key, which is
   *     no one-time key; empty where it has none
   */
  record Opening(Span span, Place place, String identity, Map<String, String> pools)
      implements Event {}

  /**
   * A device and its pools are gone from now on; from the first attempt as above.
   *
   * @param forGood whether the account was deleted: nothing of this identity ever comes again
   */
  record Closing(Span span, Place place, boolean forGood) implements Event {}

  /**
   * A handle leads to an account from now on, until that is deleted.
   *
   * @param service the account's ACI
   */
  record Naming(Span span, String handle, String service) implements Event {}

  /**
   * An upload of one-time keys.
   *
   * @param manner how the request went
   * @param identity the identity key of whose device they are
   * @param keys in their order, equal ones as often as they came
   * @param renumbered whether a key may have another id than it had in earlier uploads
   * @param lastResort the one that it brought, null for none
   * @param dropped what the answer told, or {@link #UNTOLD}
   */
  record Upload(
      Span span,
      Place place,
      Manner manner,
      String identity,
      List<String> keys,
      boolean renumbered,
      @Nullable String lastResort,
      int status,
      int dropped)
      implements Event {}

  /**
   * An owner asked to have a named pool deleted. Each attempt is an event.
   *
   * @param manner how the request went
   * @param status 404 where the answer was that there is no such pool
   */
  record Deletion(Span span, Pool pool, Manner manner, int status) implements Event {}

  /** By which route a claim goes. */
  enum Form {
    /** One identity, by the Signal protocol: its devices are answered together, or not at all. */
    KEYS,
    /** The same pools of many devices, each of which is answered for itself. */
    BATCH,
    /** A named pool of many devices, each of which is answered for itself. */
    POOL
  }

  /**
   * A claim.
   *
   * @param caller who asked, by whose credentials a replay is told
   * @param manner how the request went
   * @param pools the names of those that give one key each
   * @param wanted from whom, none of them twice
   * @param once the idempotency key, null for none
   * @param status of the whole
   * @param served what was said of each device, where the status is 200
   */
  record Claim(
      Span span,
      String caller,
      Manner manner,
      Form form,
      List<String> pools,
      List<Place> wanted,
      @Nullable String once,
      int status,
      List<Served> served)
      implements Event {
    /** The same from others, with what was said of those. */
    Claim of(List<Place> others, List<Served> said) {
      return new Claim(span, caller, manner, form, pools, others, once, status, said);
    }

    /** Whether a place's keys were asked for. */
    boolean asks(Place place) {
      return wanted.stream().anyMatch(each -> each.covers(place));
    }

    /** What was said of a place, null where it was not mentioned. */
    @Nullable Served about(Place place) {
      if (status != 200) {
        return Served.refused(place, status, "");
      }
      return served.stream().filter(each -> each.place().covers(place)).findFirst().orElse(null);
    }
  }

  /**
   * One device of an answer, or all devices of an identity where they are refused together.
   *
   * @param status 200 where it gave keys, and where its pool is said to be empty, or not there
   * @param code why it gave nothing, in the words of the API, as far as it was told
   * @param identity the identity key that was answered, empty where none was
   * @param body digest of what was answered about it
   * @param keys name of the pool to what it gave, a one-time or its last-resort key
   */
  record Served(
      Place place,
      int status,
      String code,
      String identity,
      String body,
      Map<String, String> keys) {
    static final String NO_SUCH_POOL = "no_such_pool";

    /** The same of another place. */
    Served of(Place other) {
      return new Served(other, status, code, identity, body, keys);
    }

    static Served refused(Place place, int status, String code) {
      return new Served(place, status, code, "", "", Map.of());
    }
  }

  /** An owner was told how many keys wait in a pool, or that it is {@link #ABSENT}. */
  record Count(Span span, Pool pool, int count) implements Event {}

  /** An owner was told whether a named pool has a last-resort entry. */
  record Standby(Span span, Pool pool, boolean hasLastResort) implements Event {}

  /** Any other request of an actor. */
  record Other(Span span, String what, int status) implements Event {}

  /**
   * A fault, from before it began until all gateways were ready again.
   *
   * @param forgets whether another primary may have taken over in it
   */
  record Trouble(Span span, String what, boolean forgets) implements Event {}

  /** Nothing was under way: what had no answer by then has no effect afterwards. */
  record Quiet(Span span) implements Event {}
}
