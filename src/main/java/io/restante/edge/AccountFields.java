package io.restante.edge;

import io.restante.account.AccountAttributes;
import io.restante.account.DeviceKeys;
import io.restante.account.Linking;
import io.restante.account.PushTokens;
import io.restante.protocol.GatewayException;
import io.restante.protocol.KeyShapes;
import io.restante.protocol.SignalingKey;
import io.restante.protocol.SignedPrekey;
import io.restante.protocol.XEdDsa;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads what registering and linking have in common: attributes, keys and push tokens. */
final class AccountFields {
  /** Capabilities are kept as words: a space would make one name two. */
  private static final Pattern CAPABILITY = Pattern.compile("[!-~]+");

  private AccountFields() {}

  /** The fields of {@code accountAttributes}. */
  static AccountAttributes attributes(JsonFields json) {
    int registrationId = json.integer("registrationId", 1, AccountAttributes.REGISTRATION_ID_MAX);
    int pniRegistrationId =
        json.optionalNumber("pniRegistrationId", 1, AccountAttributes.REGISTRATION_ID_MAX)
            .map(Long::intValue)
            .orElse(registrationId);
    return new AccountAttributes(
        registrationId,
        pniRegistrationId,
        json.flag("fetchesMessages", false),
        json.optionalBytes(
                "unidentifiedAccessKey",
                AccountAttributes.ACCESS_KEY_BYTES,
                AccountAttributes.ACCESS_KEY_BYTES)
            .orElse(null),
        json.flag("unrestrictedUnidentifiedAccess", false),
        capabilities(json),
        json.optionalText("name", AccountAttributes.NAME_CHARS_MAX).orElse(null),
        signalingKey(json));
  }

  /**
   * The key of a client that expects sealed envelopes: one that tells a key and does not say how it
   * gets its messages, as generation A does. Later ones say so, and expect plain envelopes.
   */
  private static @Nullable SignalingKey signalingKey(JsonFields json) {
    Optional<byte[]> told =
        json.optionalBytes("signalingKey", SignalingKey.BYTES, SignalingKey.BYTES);
    return json.has("fetchesMessages") ? null : told.map(SignalingKey::new).orElse(null);
  }

  private static Set<String> capabilities(JsonFields json) {
    Set<String> names =
        json.trueNames(
            "capabilities",
            AccountAttributes.CAPABILITIES_MAX,
            AccountAttributes.CAPABILITY_CHARS_MAX);
    for (String name : names) {
      if (!CAPABILITY.matcher(name).matches()) {
        throw GatewayException.invalidField(
            json.path("capabilities"),
            "a name of " + name.length() + " characters",
            "visible ASCII characters");
      }
    }
    return names;
  }

  /** The keys of a registration. */
  static DeviceKeys keys(JsonFields json) {
    return new DeviceKeys(keysOf(json, "aci"), keysOf(json, "pni"));
  }

  private static DeviceKeys.OfIdentity keysOf(JsonFields json, String name) {
    String identityKey = name + "IdentityKey";
    byte[] identity = json.bytes(identityKey, 1, KeyShapes.EC_KEY_BYTES);
    return signed(json, name).under(KeyShapes.ecKey(json.path(identityKey), identity));
  }

  /** The keys of a linked device: its identity keys are those of the account. */
  static Linking.Keys linkedKeys(JsonFields json) {
    return new Linking.Keys(signed(json, "aci"), signed(json, "pni"));
  }

  private static DeviceKeys.Signed signed(JsonFields json, String name) {
    return new DeviceKeys.Signed(
        ecSigned(json, name + "SignedPreKey"), kemSigned(json, name + "PqLastResortPreKey"));
  }

  private static SignedPrekey ecSigned(JsonFields json, String field) {
    JsonFields key = json.object(field);
    return SignedPrekey.checkedEc(
        json.path(field),
        key.number("keyId", 0, KeyShapes.KEY_ID_MAX),
        key.bytes("publicKey", 1, KeyShapes.EC_KEY_BYTES),
        key.bytes("signature", 1, XEdDsa.SIGNATURE_BYTES));
  }

  private static SignedPrekey kemSigned(JsonFields json, String field) {
    JsonFields key = json.object(field);
    return SignedPrekey.checkedKem(
        json.path(field),
        key.number("keyId", 0, KeyShapes.KEY_ID_MAX),
        key.bytes("publicKey", 1, KeyShapes.KEM_KEY_BYTES),
        key.bytes("signature", 1, XEdDsa.SIGNATURE_BYTES));
  }

  /** The push tokens that a registration may bring. */
  static PushTokens pushTokens(JsonFields json) {
    return new PushTokens(
        token(json, "apnToken", "apnRegistrationId"),
        token(json, "gcmToken", "gcmRegistrationId"),
        null);
  }

  private static @Nullable String token(JsonFields json, String field, String inner) {
    return json.optionalTextOrWithin(field, inner, PushTokens.TOKEN_CHARS_MAX)
        .filter(token -> !token.isEmpty())
        .orElse(null);
  }
}
