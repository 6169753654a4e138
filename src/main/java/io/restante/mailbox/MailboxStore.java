package io.restante.mailbox;

import io.restante.protocol.DeviceAddress;
import io.restante.protocol.Identity;
import io.restante.protocol.MultiRecipientMessage.Device;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The mailboxes of all devices. What {@link #append} answered as stored stays, in the order of the
 * answers, until it is acked or its time is up.
 *
 * <p>Every future fails with {@code REDIS_UNAVAILABLE} where Redis does not answer; whether the
 * step was taken is then unknown, and all but {@code append} can simply be repeated. Used only from
 * the event loop of its link.
 */
public interface MailboxStore {
  /** Stores for every device of a destination, or for none. */
  Future<AppendResult> append(Append append);

  /**
   * How {@link #append} would be refused for its account or devices, where the parcels must be for
   * exactly those: asked without them.
   *
   * @param excludedDevice the sender's own device in its own account, 0 for none
   * @param devices each once
   */
  Future<Optional<AppendResult>> check(
      UUID owner, Identity identity, int excludedDevice, List<Device> devices);

  /**
   * Whether {@link #append} would find room for one envelope more in all of these mailboxes, or has
   * taken the send before.
   *
   * @param storedBytes of the envelope as it would be stored
   * @param record of the send, null where it is not repeatable; see {@link Append.Repeatable}
   */
  Future<Boolean> hasRoom(
      UUID owner, List<Integer> devices, int storedBytes, @Nullable String record);

  /**
   * The oldest envelopes behind a place, in their order, without those whose time is up: as many as
   * are asked for, or fewer where they are large. A page that is not followed by others says that
   * there were none.
   *
   * @param countMax 1 to 100
   */
  Future<MailPage> read(DeviceAddress owner, StreamId after, int countMax);

  /**
   * Deletes envelopes. One that is gone already, or whose place another envelope has now, is passed
   * over.
   *
   * @return how many were deleted
   */
  Future<Integer> ack(DeviceAddress owner, List<EnvelopeId> ids);

  /**
   * Counts a session that failed to deliver an envelope; one that is gone already is passed over.
   *
   * @return how many sessions have failed with it
   */
  Future<Integer> fail(DeviceAddress owner, EnvelopeId id);

  /** Envelopes that failed as many sessions as one may: read and acked as before, but not sent. */
  Future<Set<EnvelopeId>> setAside(DeviceAddress owner);

  /** Takes the oldest envelopes that are for a live session only; a lost reply loses them. */
  Future<List<OnlineEnvelope>> popOnline(DeviceAddress owner, int countMax);

  /**
   * The oldest envelopes, up to a count and to the one that reaches the bytes. One after the other
   * for each device, and with {@link #remove(DeviceAddress, String, long)}; fails with {@code
   * RATE_LIMITED} where more of them wait than may.
   *
   * @param countMax 1 or more
   * @param bytesMax 1 or more; the last envelope may go beyond it
   */
  Future<MailPage> page(DeviceAddress owner, int countMax, long bytesMax);

  /** Deletes the envelope with this guid; false where there is none. */
  Future<Boolean> remove(DeviceAddress owner, UUID guid);

  /**
   * Deletes all envelopes with this source and sender's timestamp among the oldest 1,000 (there is
   * no index: clients of generations A and B, which delete so, delete what they have just read).
   *
   * @param source the sender's handle, or its ACI as text
   * @return how many were deleted
   */
  Future<Integer> remove(DeviceAddress owner, String source, long timestampMs);

  /** The devices of an account, in ascending order; empty where there is no such account. */
  Future<List<Integer>> devices(UUID aci);
}
