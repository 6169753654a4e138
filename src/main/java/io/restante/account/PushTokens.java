package io.restante.account;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a device is woken.
 *
 * @param apns token of Apple's push, null for none
 * @param fcm token of Google's push, null for none
 */
public record PushTokens(@Nullable String apns, @Nullable String fcm) {
  /** No push. */
  public static final PushTokens NONE = new PushTokens(null, null);

  /** Characters of a token. */
  public static final int TOKEN_CHARS_MAX = 4096;

  /** Fields of {@code {aci}:device:N} with their values. */
  List<Object> deviceFields() {
    List<Object> fields = new ArrayList<>();
    if (apns != null) {
      fields.add("apn");
      fields.add(apns);
    }
    if (fcm != null) {
      fields.add("gcm");
      fields.add(fcm);
    }
    return fields;
  }

  /** Hides the tokens. */
  @Override
  public String toString() {
    return "PushTokens";
  }
}
