package io.restante.mailbox;

import io.restante.protocol.Identity;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One send, ready to be stored.
 *
 * @param owner the destination account
 * @param identity whose registration ids the senders' sessions are made for
 * @param exactDevices true: the parcels must be for exactly the account's devices, less the
 *     excluded one; false: parcels for devices that are gone are passed over (receipts)
 * @param excludedDevice the sender's own device in its own account, 0 for none
 * @param online deliver to live sessions only, and store nothing
 * @param parcels at most one a device
 */
public record Append(
    UUID owner,
    Identity identity,
    boolean exactDevices,
    int excludedDevice,
    boolean online,
    List<Parcel> parcels,
    @Nullable Repeatable repeatable) {
  /** A registration id that is not checked. */
  public static final int ANY_REGISTRATION = 0;

  /**
   * An envelope for one device.
   *
   * @param registrationId the one that the sender knows, or {@link #ANY_REGISTRATION}
   * @param stored the stored form of the envelope; the same object as in the parcel before where
   *     both devices get the same
   */
  public record Parcel(int device, int registrationId, Buffer stored) {}

  /**
   * What makes a send repeatable.
   *
   * @param record names caller and idempotency key: lower-case hex of a hash
   * @param bodyHash 32 bytes over all that must be the same in a repetition
   * @param needsSync kept with the record, so that the repeated answer is the same
   */
  public record Repeatable(String record, byte[] bodyHash, boolean needsSync) {}

  /** Hides the account and the content. */
  @Override
  public String toString() {
    return "Append[parcels=" + parcels.size() + "]";
  }
}
