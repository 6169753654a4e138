package io.restante.account;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A profile as another account sees it.
 *
 * @param identityKey 33 bytes serialized, null where generation A or B has uploaded none yet
 * @param accessCheck HMAC-SHA-256 of 32 zero bytes under the access key: by it a contact learns
 *     whether the key that they hold is still right; null where there is no access key
 * @param capabilities what all devices can do
 * @param fields opaque, encrypted by the owner, by the names in {@link #FIELDS}
 */
public record Profile(
    byte @Nullable [] identityKey,
    byte @Nullable [] accessCheck,
    boolean unrestrictedAccess,
    Set<String> capabilities,
    JsonObject fields) {
  /** The opaque fields that are kept. */
  public static final List<String> FIELDS =
      List.of("name", "about", "aboutEmoji", "paymentAddress", "commitment", "phoneNumberSharing");

  /** Characters of one opaque field. */
  public static final int FIELD_CHARS_MAX = 2048;

  /** Characters of a version. */
  public static final int VERSION_CHARS_MAX = 128;

  /** Hides everything. */
  @Override
  public String toString() {
    return "Profile";
  }
}
