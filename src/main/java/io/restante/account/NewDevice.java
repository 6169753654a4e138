package io.restante.account;

import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.restante.protocol.Identity;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A device that registers or is linked.
 *
 * @param keys null for generations A and B, which upload theirs later
 */
public record NewDevice(
    Verifier verifier, AccountAttributes attributes, @Nullable DeviceKeys keys, PushTokens push) {
  /** The fewest characters of a password, each counted once, however it is encoded. */
  public static final int PASSWORD_CHARS_MIN = 12;

  /** The most characters of a password. */
  public static final int PASSWORD_CHARS_MAX = 256;

  private static final int SALT_BYTES = 16;
  private static final SecureRandom RANDOM = new SecureRandom();

  /**
   * A device that chose this password.
   *
   * @throws GatewayException {@link ErrorCode#INVALID_FIELD} where it is too short or too long
   */
  public static NewDevice withPassword(
      String password, AccountAttributes attributes, @Nullable DeviceKeys keys, PushTokens push) {
    int chars = password.codePointCount(0, password.length());
    if (chars < PASSWORD_CHARS_MIN || chars > PASSWORD_CHARS_MAX) {
      throw GatewayException.invalidField(
          "password", chars + " characters", PASSWORD_CHARS_MIN + " to " + PASSWORD_CHARS_MAX);
    }
    byte[] salt = new byte[SALT_BYTES];
    RANDOM.nextBytes(salt);
    return new NewDevice(Verifier.of(password, salt), attributes, keys, push);
  }

  /** The same with keys. */
  NewDevice with(DeviceKeys given) {
    return new NewDevice(verifier, attributes, given, push);
  }

  /** Fields of {@code {aci}:device:N} with their values. */
  List<Object> deviceFields() {
    List<Object> fields = new ArrayList<>();
    fields.addAll(List.of("salt", verifier.salt(), "verifier", verifier.hash()));
    fields.addAll(attributes.deviceFields());
    fields.addAll(push.deviceFields());
    return fields;
  }

  /** Fields of {@code {aci}:keys:<identity>:N}, apart from the identity key. */
  List<Object> keyFields(Identity identity) {
    List<Object> fields = new ArrayList<>();
    fields.add("reg");
    fields.add(
        identity == Identity.ACI ? attributes.registrationId() : attributes.pniRegistrationId());
    if (keys != null) {
      fields.addAll(keys.of(identity).signedFields());
    }
    return fields;
  }

  /** The same, with the identity key. */
  List<Object> keyFieldsWithIdentity(Identity identity) {
    List<Object> fields = keyFields(identity);
    if (keys != null) {
      fields.add("identity");
      fields.add(keys.of(identity).identityKey());
    }
    return fields;
  }

  /** The identity key, empty bytes where there are no keys. */
  byte[] identityKey(Identity identity) {
    return keys == null ? new byte[0] : keys.of(identity).identityKey();
  }

  /** Hides everything. */
  @Override
  public String toString() {
    return "NewDevice";
  }
}
