package io.restante.account;

import io.restante.protocol.SignalingKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a device tells of itself and of its account when it registers and whenever it changes.
 *
 * @param registrationId 1 to 0x3FFF, made anew at each installation
 * @param pniRegistrationId the same for the PNI; equal to {@code registrationId} where the client
 *     (generations A, B) has none
 * @param fetchesMessages whether it polls and needs no push
 * @param accessKey 16 bytes that admit anonymous callers, null for none
 * @param unrestrictedAccess whether any access key admits
 * @param capabilities names of what the device can do
 * @param name opaque, encrypted by the client; null leaves the name as it is
 * @param signalingKey under which its envelopes are sealed, null for plain ones: only a device of
 *     generation A has one here, others may tell one and expect plain envelopes
 */
public record AccountAttributes(
    int registrationId,
    int pniRegistrationId,
    boolean fetchesMessages,
    byte @Nullable [] accessKey,
    boolean unrestrictedAccess,
    Set<String> capabilities,
    @Nullable String name,
    @Nullable SignalingKey signalingKey) {
  /** The highest registration id: 14 bits. */
  public static final int REGISTRATION_ID_MAX = 0x3FFF;

  /** Bytes of an access key. */
  public static final int ACCESS_KEY_BYTES = 16;

  /** The field of {@code {aci}:device:N} with the signaling key. */
  static final String SIGNALING_KEY = "signalingKey";

  /** How many capabilities a device may name. */
  public static final int CAPABILITIES_MAX = 64;

  /** Characters of a capability's name. */
  public static final int CAPABILITY_CHARS_MAX = 64;

  /** Characters of a device's encrypted name. */
  public static final int NAME_CHARS_MAX = 256;

  /** Both registration ids as they stand in {@code {aci}:devices}. */
  String registrations() {
    return registrationId + ":" + pniRegistrationId;
  }

  /** Fields of {@code {aci}:account} with their values. */
  List<Object> accountFields() {
    List<Object> fields = new ArrayList<>(List.of("unrestricted", unrestrictedAccess ? 1 : 0));
    if (accessKey != null) {
      fields.add("uak");
      fields.add(accessKey);
    }
    return fields;
  }

  /** Fields of {@code {aci}:account} that are to be absent. */
  List<String> accountFieldsAbsent() {
    return accessKey == null ? List.of("uak") : List.of();
  }

  /** Fields of {@code {aci}:device:N} with their values. */
  List<Object> deviceFields() {
    List<Object> fields = new ArrayList<>(List.of("fetches", fetchesMessages ? 1 : 0));
    if (!capabilities.isEmpty()) {
      fields.add("capabilities");
      fields.add(String.join(" ", new TreeSet<>(capabilities)));
    }
    if (name != null) {
      fields.add("name");
      fields.add(name);
    }
    if (signalingKey != null) {
      fields.add(SIGNALING_KEY);
      fields.add(signalingKey.bytes());
    }
    return fields;
  }

  /** Fields of {@code {aci}:device:N} that are to be absent. */
  List<String> deviceFieldsAbsent() {
    List<String> absent = new ArrayList<>(2);
    if (capabilities.isEmpty()) {
      absent.add("capabilities");
    }
    if (signalingKey == null) {
      absent.add(SIGNALING_KEY);
    }
    return absent;
  }

  /** Hides everything. */
  @Override
  public String toString() {
    return "AccountAttributes";
  }
}
