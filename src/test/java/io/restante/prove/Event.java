package io.restante.prove;

import io.restante.faults.Span;
import io.restante.faults.Timed;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One thing that happened on stage, as its actor saw it: from before its request was sent until the
 * answer was read.
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

  /**
   * A device is there from now on, with empty pools: it was linked, or its account registered,
   * maybe anew. From the first attempt until one was answered.
   *
   * @param identity the identity key
   * @param lastResort the KEM key that is no one-time key
   */
  record Opening(Span span, Place place, String identity, String lastResort) implements Event {}

  /** A device and its pools are gone from now on; from the first attempt as above. */
  record Closing(Span span, Place place) implements Event {}

  /**
   * An upload of one-time keys.
   *
   * @param identity the identity key of whose device they are
   * @param keys in their order, equal ones as often as they came
   * @param renumbered whether a key may have another id than it had in earlier uploads
   * @param dropped what the answer told, or {@link #UNTOLD}
   */
  record Upload(
      Span span,
      Place place,
      String identity,
      List<String> keys,
      boolean renumbered,
      int status,
      int dropped)
      implements Event {}

  /**
   * A claim.
   *
   * @param caller who asked, by whose credentials a replay is told
   * @param device 0 for all
   * @param once the idempotency key, null for none
   * @param body what was answered, or its digest
   * @param identity the identity key that was answered, empty where none was
   */
  record Claim(
      Span span,
      String caller,
      String service,
      int device,
      @Nullable String once,
      int status,
      String body,
      String identity,
      List<Served> served)
      implements Event {}

  /**
   * One device of an answered claim.
   *
   * @param ec null where the pool was said to be empty
   * @param kem the one-time or the last-resort key
   */
  record Served(int device, @Nullable String ec, @Nullable String kem) {
    @Nullable String key(Place.Kind kind) {
      return kind == Place.Kind.EC ? ec : kem;
    }
  }

  /** An owner was told how many keys wait. */
  record Count(Span span, Place place, int ec, int kem) implements Event {
    int of(Place.Kind kind) {
      return kind == Place.Kind.EC ? ec : kem;
    }
  }

  /** Any other request of an actor. */
  record Other(Span span, String what, int status) implements Event {}

  /** A fault, from before it began until all gateways were ready again. */
  record Trouble(Span span, String what) implements Event {}

  /** Nothing was under way: what had no answer by then has no effect afterwards. */
  record Quiet(Span span) implements Event {}
}
