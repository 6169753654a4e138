package io.restante.mailbox;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What became of an {@link Append}. Only for {@link Taken} has anything been stored. */
public sealed interface AppendResult {
  /** What became of one parcel. */
  enum Landing {
    /** In the mailbox. */
    STORED,
    /** Handed to a live session. */
    HANDED,
    /** For live sessions only, and there was none, or too many waited for it already. */
    DROPPED,
    /** The device is gone, and this send does not mind. */
    PASSED_OVER,
    /** Stored by the send that this one repeats, and acked or expired since. */
    GONE
  }

  /**
   * One parcel's outcome.
   *
   * @param id null where nothing of it is in the mailbox
   * @param listeners who heard the doorbell; a hint, as a frozen gateway still counts
   */
  record Landed(int device, Landing landing, @Nullable EnvelopeId id, long listeners) {}

  /**
   * Stored for every device, or handed to those that are there.
   *
   * @param parcels in the order of the send
   * @param repeated a repetition of an earlier send: nothing new was stored
   * @param needsSync of a repetition the earlier answer's, otherwise that of the {@code Repeatable}
   */
  record Taken(List<Landed> parcels, boolean repeated, boolean needsSync) implements AppendResult {}

  /** The parcels are not for the account's devices; both lists ascending. */
  record Mismatched(List<Integer> missing, List<Integer> extra) implements AppendResult {}

  /** These devices have other registration ids; ascending. */
  record Stale(List<Integer> devices) implements AppendResult {}

  /** There is no such account. */
  record NoAccount() implements AppendResult {}

  /** The mailbox of one of the devices is full. */
  record Full() implements AppendResult {}

  /** The idempotency key was used for another send. */
  record KeyReused() implements AppendResult {}
}
