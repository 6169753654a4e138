package io.restante.protocol;

import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * An encrypted message on its way to one device, as the sender's gateway makes it. The mailbox adds
 * guid and server timestamp when it reads the envelope back.
 *
 * @param type 1 ciphertext, 3 prekey bundle, 5 receipt, 6 sealed sender, 7 sender key, 8 plaintext
 * @param source null for a sealed-sender envelope
 * @param timestampMs the sender's own clock, opaque to the server
 * @param content null for a receipt
 * @param legacyMessage generation A's {@code body}, null for all others
 */
public record Envelope(
    int type,
    @Nullable Source source,
    long timestampMs,
    @Nullable Buffer content,
    @Nullable Buffer legacyMessage,
    ServiceId destination,
    boolean ephemeral,
    boolean urgent,
    boolean story) {
  /** The envelope type of a delivery receipt. */
  public static final int TYPE_RECEIPT = 5;

  /** The envelope type of a sealed-sender message, which names no source. */
  public static final int TYPE_SEALED_SENDER = 6;

  /**
   * Who sent it.
   *
   * @param handle for a recipient of generation A or B, which reads {@code source_e164}; null for
   *     one that needs no handle, and so need not learn it
   */
  public record Source(ServiceId id, @Nullable Handle handle, int device) {}
}
