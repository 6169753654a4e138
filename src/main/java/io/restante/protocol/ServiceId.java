package io.restante.protocol;

import java.util.Locale;
import java.util.UUID;

/**
 * An account's ACI or PNI. Its text is a lower-case UUID, for a PNI with {@code PNI:} before it.
 */
public record ServiceId(Identity identity, UUID uuid) {
  private static final String PNI_PREFIX = "PNI:";
  private static final int UUID_CHARS = 36;

  /** The ACI with this UUID. */
  public static ServiceId aci(UUID uuid) {
    return new ServiceId(Identity.ACI, uuid);
  }

  /** The PNI with this UUID. */
  public static ServiceId pni(UUID uuid) {
    return new ServiceId(Identity.PNI, uuid);
  }

  /** Whether a text has the shape of a service id, valid or not, and so is not a handle. */
  static boolean looksLike(String text) {
    return text.startsWith(PNI_PREFIX) || isUuid(text);
  }

  /**
   * Reads a service id.
   *
   * @throws GatewayException {@link ErrorCode#MALFORMED_ID} where the text is none
   */
  public static ServiceId parse(String text) {
    boolean pni = text.startsWith(PNI_PREFIX);
    String uuid = pni ? text.substring(PNI_PREFIX.length()) : text;
    return new ServiceId(pni ? Identity.PNI : Identity.ACI, parseUuid(uuid));
  }

  /**
   * Reads a UUID in its 36 character form.
   *
   * @throws GatewayException {@link ErrorCode#MALFORMED_ID} where the text is none
   */
  public static UUID parseUuid(String text) {
    if (!isUuid(text)) {
      throw new GatewayException(
          ErrorCode.MALFORMED_ID, "id of " + text.length() + " characters (expected: a UUID)");
    }
    return UUID.fromString(text);
  }

  private static boolean isUuid(String text) {
    if (text.length() != UUID_CHARS) {
      return false;
    }
    for (int i = 0; i < UUID_CHARS; i++) {
      char c = text.charAt(i);
      boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
      if (dash ? c != '-' : Character.digit(c, 16) < 0 || c > 'f') {
        return false;
      }
    }
    return true;
  }

  /** The text form, as it stands in paths and envelopes. */
  public String text() {
    String text = uuid.toString().toLowerCase(Locale.ROOT);
    return identity == Identity.PNI ? PNI_PREFIX + text : text;
  }

  /** Hides the id: it must not reach a log. */
  @Override
  public String toString() {
    return "ServiceId[" + identity.wireName() + "]";
  }
}
