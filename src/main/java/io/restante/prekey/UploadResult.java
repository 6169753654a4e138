package io.restante.prekey;

/**
 * What became of an upload. On every status but {@code STORED} nothing has changed.
 *
 * @param kept its one-time keys that wait now
 * @param dropped one-time keys that were handed out before, or may have been, or came twice
 */
public record UploadResult(Status status, int kept, int dropped) {
  /** The outcome. */
  public enum Status {
    /** All of it is stored. */
    STORED,
    /** The device is gone. */
    NO_DEVICE,
    /** No identity key is stored, and the upload names none. */
    NO_IDENTITY,
    /** Another identity key is stored by now than the signatures were verified against. */
    IDENTITY_CHANGED,
    /** A linked device named another identity key than its account's. */
    FOREIGN_IDENTITY,
    /** The device has as many named pools as it may. */
    TOO_MANY_POOLS,
    /** The device's ledger has as many names of pools as it may. */
    TOO_MANY_NAMES
  }
}
