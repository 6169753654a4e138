package io.restante.account;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where a device is woken.
 *
 * @param apns token of Apple's push, null for none
 * @param fcm token of Google's push, null for none
 * @param webPush subscription of Web Push as JSON, null for none
 */
public record PushTokens(@Nullable String apns, @Nullable String fcm, @Nullable String webPush) {
  /** No push. */
  public static final PushTokens NONE = new PushTokens(null, null, null);

  /** Characters of a token. */
  public static final int TOKEN_CHARS_MAX = 4096;

  /** The field of {@code {aci}:device:N} with the ms at which its device told its tokens. */
  private static final String TOLD_AT = "push-at";

  /** The field with the ms at which a provider was found to know a token no more. */
  static final String LOST_AT = "push-lost";

  /** A field of {@code {aci}:device:N}. */
  private record Field(String name, @Nullable String token) {}

  private List<Field> fields() {
    return List.of(new Field("apn", apns), new Field("gcm", fcm), new Field("webpush", webPush));
  }

  /** Fields of {@code {aci}:device:N} with their values. */
  List<Object> deviceFields() {
    List<Object> fields = new ArrayList<>();
    for (Field field : fields()) {
      if (field.token != null) {
        fields.add(field.name);
        fields.add(field.token);
      }
    }
    return fields;
  }

  /** The same, and when the device told them. */
  List<Object> deviceFields(long toldAtMs) {
    List<Object> fields = deviceFields();
    fields.add(TOLD_AT);
    fields.add(toldAtMs);
    return fields;
  }

  /** Those for which there is no token; and whatever was lost, there are others now. */
  List<String> absentFields() {
    return Stream.concat(
            fields().stream().filter(field -> field.token == null).map(Field::name),
            Stream.of(LOST_AT))
        .toList();
  }

  /** Hides the tokens. */
  @Override
  public String toString() {
    return "PushTokens";
  }
}
