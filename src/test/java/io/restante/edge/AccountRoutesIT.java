package io.restante.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.PushKeyFile;
import io.restante.testing.GatewayExtension;
import io.restante.testing.client.Answer;
import io.restante.testing.client.Ask;
import io.restante.testing.client.Channel;
import io.restante.testing.client.HttpChannel;
import io.restante.testing.client.Phone;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The routes of registration, accounts, devices and profiles over HTTP, status by status. */
class AccountRoutesIT {
  @RegisterExtension static final GatewayExtension GATEWAY = new GatewayExtension();

  private static final AtomicInteger NUMBERS = new AtomicInteger(5_550_100);
  private static final String PASSWORD = "a password of its own";
  private static final String ATTRIBUTES = "/v1/accounts/attributes";
  private static final String WHOAMI = "/v1/accounts/whoami";
  private static final String REGISTRATION = "/v1/registration";

  private final String handle = "+1" + NUMBERS.incrementAndGet();
  private Channel http = new HttpChannel("");
  private String aci = "";

  @BeforeEach
  void begin() {
    http = new HttpChannel(GATEWAY.publicUrl());
  }

  @AfterEach
  void empty() {
    GATEWAY.redis().command("FLUSHALL");
  }

  private static String basic(String name, String password) {
    byte[] pair = (name + ":" + password).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(pair);
  }

  private static JsonObject bare() {
    return new JsonObject().put("registrationId", 5).put("fetchesMessages", true);
  }

  /** Registers as generation B does. */
  private JsonObject register() {
    Ask byCode =
        Ask.put("/v1/accounts/code/123456", bare()).with("Authorization", basic(handle, PASSWORD));
    JsonObject account = http.ask(byCode).expect(200).json();
    aci = account.getString("uuid");
    return account;
  }

  private Answer mine(Ask ask) {
    return http.ask(ask.with("Authorization", basic(aci, PASSWORD)));
  }

  private static String code(Answer answer) {
    assertEquals("application/problem+json", answer.header("content-type"));
    return answer.json().getString("code");
  }

  @Test
  void generationsAAndBRegisterByCodeAndGoOnWithTheHandle() {
    http.ask(Ask.get("/v1/accounts/sms/code/" + handle + "?client=android")).expect(200);
    http.ask(Ask.get("/v1/accounts/voice/code/" + handle.replace("+", "%2B"))).expect(200);
    JsonObject account = register();
    assertEquals(handle, account.getString("number"));
    assertEquals(4, UUID.fromString(account.getString("pni")).version());
    JsonObject names = http.ask(whoami(handle)).expect(200).json();
    account.remove("storageCapable");
    assertEquals(account, names);
    assertEquals(names, http.ask(whoami(aci)).expect(200).json());
    assertEquals(names, http.ask(whoami(aci + ".1")).expect(200).json());
    assertEquals(aci, register().getString("uuid"));
  }

  private static Ask whoami(String name) {
    return Ask.get(WHOAMI).with("Authorization", basic(name, PASSWORD));
  }

  @Test
  void generationCRegistersBySession() {
    String sessions = "/v1/verification/session";
    JsonObject opened =
        http.ask(Ask.post(sessions, new JsonObject().put("number", handle))).expect(200).json();
    String path = sessions + "/" + opened.getString("id");
    Map<String, String> json = Map.of("Content-Type", "application/json");
    Ask broken = new Ask("PATCH", path, json, new byte[] {'{'});
    assertEquals("malformed_json", code(http.ask(broken).expect(400)));
    for (String body : List.of("", "{}", "{\"pushToken\":\"x\"}")) {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      assertEquals(opened, http.ask(new Ask("PATCH", path, json, bytes)).expect(200).json());
    }
    assertEquals(
        Set.of(
            "id",
            "nextSms",
            "nextCall",
            "nextVerificationAttempt",
            "allowedToRequestCode",
            "requestedInformation",
            "verified"),
        opened.fieldNames());
    assertEquals(0, opened.getInteger("nextSms"));
    assertEquals(new JsonArray(), opened.getJsonArray("requestedInformation"));
    assertFalse(opened.getBoolean("verified"));
    assertEquals(opened, http.ask(Ask.get(path)).expect(200).json());
    Ask patch = Ask.put(path, "{\"captcha\":\"c\"}");
    assertEquals(
        opened, http.ask(new Ask("PATCH", path, patch.headers(), patch.body())).expect(200).json());
    Answer verified = http.ask(Ask.put(path + "/code", "{\"code\":\"1\"}")).expect(200);
    assertTrue(verified.json().getBoolean("verified"));
    assertNull(verified.json().getValue("nextVerificationAttempt", ""));
  }

  @Test
  void aRegistrationWithoutAVerifiedSessionOfItsHandleIs401() {
    JsonObject body = new Phone(http, handle).verifiedRegistration();
    JsonObject unverified =
        http.ask(Ask.post("/v1/verification/session", new JsonObject().put("number", handle)))
            .expect(200)
            .json();
    for (JsonObject wrong :
        List.of(
            body.copy().put("sessionId", "unknown"),
            body.copy().put("sessionId", unverified.getString("id")),
            body.copy().putNull("sessionId"))) {
      Ask ask = Ask.post(REGISTRATION, wrong).with("Authorization", basic(handle, PASSWORD));
      assertEquals("not_verified", code(http.ask(ask).expect(401)));
    }
    Ask other = Ask.post(REGISTRATION, body).with("Authorization", basic("+19", PASSWORD));
    assertEquals("not_verified", code(http.ask(other).expect(401)));
    http.ask(Ask.post(REGISTRATION, body)).expect(401);
    assertEquals(List.of(), accounts());
    Ask right = Ask.post(REGISTRATION, body).with("Authorization", basic(handle, PASSWORD));
    JsonObject account = http.ask(right).expect(200).json();
    assertEquals(Set.of("uuid", "pni", "number", "storageCapable"), account.fieldNames());
    assertEquals(false, account.getValue("storageCapable"));
  }

  private static List<?> accounts() {
    Object found = GATEWAY.redis().command("KEYS", "*:account");
    return found instanceof List<?> list ? list : List.of();
  }

  static Stream<Arguments> badRegistrations() {
    JsonObject absent = new JsonObject();
    return Stream.of(
        Arguments.of("accountAttributes", null),
        Arguments.of("accountAttributes", absent),
        Arguments.of("accountAttributes", bare().put("registrationId", 0)),
        Arguments.of("accountAttributes", bare().put("registrationId", 0x4000)),
        Arguments.of("accountAttributes", bare().put("registrationId", 1.5)),
        Arguments.of("accountAttributes", bare().put("pniRegistrationId", "7")),
        Arguments.of("accountAttributes", bare().put("unidentifiedAccessKey", "AAAA")),
        Arguments.of("accountAttributes", bare().put("capabilities", new JsonArray())),
        Arguments.of("accountAttributes", bare().put("capabilities", new JsonObject().put("x", 1))),
        Arguments.of("aciIdentityKey", null),
        Arguments.of("pniIdentityKey", "!"),
        Arguments.of("aciIdentityKey", base64(33, 6)),
        Arguments.of("aciIdentityKey", base64(32, 5)),
        Arguments.of("aciSignedPreKey", null),
        Arguments.of("pniSignedPreKey", new JsonObject().put("keyId", 1)),
        Arguments.of("aciPqLastResortPreKey", "text"),
        Arguments.of("pniPqLastResortPreKey", signed(1 << 24, base64(1569, 8))),
        Arguments.of("pniPqLastResortPreKey", signed(1, base64(1569, 5))),
        Arguments.of("aciSignedPreKey", signed(1, base64(33, 5))),
        Arguments.of("pniPqLastResortPreKey", signed(1, base64(1569, 8))),
        Arguments.of("gcmToken", 1),
        Arguments.of("skipDeviceTransfer", "true"),
        Arguments.of("requireAtomic", 1),
        Arguments.of("apnToken", "t".repeat(4_097)));
  }

  private static String base64(int bytes, int first) {
    byte[] key = new byte[bytes];
    key[0] = (byte) first;
    return Base64.getEncoder().encodeToString(key);
  }

  private static JsonObject signed(int keyId, String publicKey) {
    return new JsonObject()
        .put("keyId", keyId)
        .put("publicKey", publicKey)
        .put("signature", base64(64, 1));
  }

  @ParameterizedTest
  @MethodSource("badRegistrations")
  void aRegistrationWithABadFieldIs422AndChangesNothing(String field, Object value) {
    JsonObject body = new Phone(http, handle).verifiedRegistration().put(field, value);
    Ask ask = Ask.post(REGISTRATION, body).with("Authorization", basic(handle, PASSWORD));
    Answer refused = http.ask(ask).expect(422);
    assertTrue(Set.of("invalid_field", "invalid_signature").contains(code(refused)));
    assertTrue(refused.json().getString("detail").contains(field), refused.text());
    assertEquals(List.of(), accounts());
  }

  @Test
  void shortPasswordsBrokenJsonAndWrongNamesAreRefused() {
    JsonObject body = new Phone(http, handle).verifiedRegistration();
    Ask weak = Ask.post(REGISTRATION, body).with("Authorization", basic(handle, "elevenchars"));
    assertEquals("invalid_field", code(http.ask(weak).expect(422)));
    Ask broken = Ask.put("/v1/accounts/code/1", "{").with("Authorization", basic(handle, PASSWORD));
    assertEquals("malformed_json", code(http.ask(broken).expect(400)));
    Ask noHandle =
        Ask.put("/v1/accounts/code/1", bare()).with("Authorization", basic("?", PASSWORD));
    assertEquals("malformed_header", code(http.ask(noHandle).expect(400)));
    Ask byId =
        Ask.post(REGISTRATION, body)
            .with("Authorization", basic(UUID.randomUUID().toString(), PASSWORD));
    Answer notById = http.ask(byId).expect(400);
    assertEquals("malformed_header", code(notById));
    assertTrue(notById.json().getString("detail").contains("UUID"), notById.text());
    Ask emoji = Ask.post(REGISTRATION, body).with("Authorization", basic(handle, "😀".repeat(11)));
    assertEquals("invalid_field", code(http.ask(emoji).expect(422)));
    http.ask(Ask.get("/v1/accounts/sms/code/%20")).expect(400);
    String sessions = "/v1/verification/session";
    http.ask(Ask.put(sessions + "/x/code", "{\"code\":\"1\"}")).expect(404);
    http.ask(Ask.post(sessions, new JsonObject())).expect(422);
    http.ask(Ask.post(sessions, new JsonObject().put("number", "?"))).expect(422);
    JsonObject pigeon = new JsonObject().put("transport", "pigeon");
    http.ask(Ask.post(sessions + "/x/code", pigeon)).expect(422);
  }

  @Test
  void attributesAreReplacedAndCheckedLikeAtTheRegistration() {
    register();
    mine(Ask.put(ATTRIBUTES, bare().put("registrationId", 99))).expect(204);
    JsonObject device = mine(Ask.get("/v1/devices")).expect(200).json();
    assertEquals(99, device.getJsonArray("devices").getJsonObject(0).getInteger("registrationId"));
    mine(Ask.put(ATTRIBUTES, bare().put("registrationId", -1))).expect(422);
    mine(Ask.put(ATTRIBUTES, bare().put("name", "n".repeat(257)))).expect(422);
    mine(Ask.put(ATTRIBUTES, bare().put("signalingKey", "AAAA"))).expect(422);
    JsonObject odd = new JsonObject().put("two words", true);
    mine(Ask.put(ATTRIBUTES, bare().put("capabilities", odd))).expect(422);
    mine(Ask.put(ATTRIBUTES, "[]")).expect(400);
    http.ask(Ask.put(ATTRIBUTES, bare())).expect(401);
  }

  @Test
  void onlyAClientThatDoesNotSayHowItGetsItsMessagesGetsThemSealed() {
    register();
    JsonObject a =
        new JsonObject()
            .put("signalingKey", base64(52, 'k'))
            .put("registrationId", 5)
            .put("voice", true);
    JsonObject b = a.copy().put("fetchesMessages", false);
    assertNull(GATEWAY.redis().command("HGET", deviceKey(), "signalingKey"));
    mine(Ask.put(ATTRIBUTES, a)).expect(204);
    assertEquals(
        "k" + "\0".repeat(51), GATEWAY.redis().command("HGET", deviceKey(), "signalingKey"));
    mine(Ask.put(ATTRIBUTES, b)).expect(204);
    assertNull(GATEWAY.redis().command("HGET", deviceKey(), "signalingKey"));
    mine(Ask.put(ATTRIBUTES, b.put("signalingKey", base64(51, 'k')))).expect(422);
  }

  @Test
  void pushTokensAreSetAndDeleted() {
    register();
    for (Map.Entry<String, String> push :
        Map.of("gcm", "gcmRegistrationId", "apn", "apnRegistrationId").entrySet()) {
      String path = "/v1/accounts/" + push.getKey();
      String field = push.getValue();
      mine(Ask.put(path, new JsonObject().put(field, "token"))).expect(204);
      assertEquals("token", GATEWAY.redis().command("HGET", deviceKey(), push.getKey()));
      mine(Ask.put(path, new JsonObject())).expect(422);
      mine(Ask.put(path, new JsonObject().put(field, ""))).expect(422);
      mine(Ask.put(path, new JsonObject().put(field, "t".repeat(4_097)))).expect(422);
      mine(Ask.delete(path)).expect(204);
      assertNull(GATEWAY.redis().command("HGET", deviceKey(), push.getKey()));
    }
  }

  @Test
  void withoutAKeyForItThereIsNoWebPush() {
    register();
    assertEquals("no_such_route", code(http.ask(Ask.get("/v1/push/vapid")).expect(404)));
    JsonObject subscription = PushKeyFile.subscription();
    assertEquals(
        "no_such_route", code(mine(Ask.put("/v1/accounts/webpush", subscription)).expect(404)));
    assertEquals("no_such_route", code(mine(Ask.delete("/v1/accounts/webpush")).expect(404)));
    assertNull(GATEWAY.redis().command("HGET", deviceKey(), "webpush"));
  }

  private String deviceKey() {
    return "{" + aci + "}:device:1";
  }

  @Test
  void devicesAreListedAndRemovedByThosWhoMay() {
    register();
    JsonArray devices = mine(Ask.get("/v1/devices")).expect(200).json().getJsonArray("devices");
    assertEquals(1, devices.size());
    assertEquals(
        Set.of("id", "name", "created", "lastSeen", "registrationId"),
        devices.getJsonObject(0).fieldNames());
    GATEWAY.redis().command("HSET", deviceKey(), "push-lost", 1_790_000_000_000L);
    devices = mine(Ask.get("/v1/devices")).expect(200).json().getJsonArray("devices");
    assertEquals(1_790_000_000_000L, devices.getJsonObject(0).getLong("pushLost"));
    mine(Ask.put("/v1/accounts/gcm", new JsonObject().put("gcmRegistrationId", "g"))).expect(204);
    devices = mine(Ask.get("/v1/devices")).expect(200).json().getJsonArray("devices");
    assertFalse(devices.getJsonObject(0).containsKey("pushLost"), "it has told another");
    assertEquals("forbidden", code(mine(Ask.delete("/v1/devices/1")).expect(403)));
    assertEquals("no_such_device", code(mine(Ask.delete("/v1/devices/2")).expect(404)));
    mine(Ask.delete("/v1/devices/0")).expect(400);
    mine(Ask.delete("/v1/devices/128")).expect(400);
  }

  @Test
  void theEndOfAnAccountLeavesNothing() {
    register();
    mine(Ask.put("/v1/profile", new JsonObject().put("version", "1"))).expect(200);
    mine(Ask.delete("/v1/accounts/me")).expect(204);
    assertEquals("unauthenticated", code(mine(Ask.get(WHOAMI)).expect(401)));
    Object left = GATEWAY.redis().command("KEYS", "*");
    Set<?> keys = left instanceof List<?> list ? new HashSet<>(list) : Set.of();
    keys.removeIf(key -> key.toString().startsWith("restante:"));
    assertEquals(Set.of(), keys);
    assertFalse(aci.equals(register().getString("uuid")));
  }

  @Test
  void aProfileIsForCallersWithCredentialsOrAccessKey() {
    register();
    String path = "/v1/profile/" + aci;
    assertEquals("no_such_profile", code(mine(Ask.get(path)).expect(404)));
    JsonObject fields =
        new JsonObject()
            .put("version", "v1")
            .put("name", "bmFtZQ==")
            .put("avatar", true)
            .put("commitment", "Yw==")
            .put("phoneNumberSharing", base64(29, 7));
    mine(Ask.put("/v1/profile", fields)).expect(200);
    String key = base64(16, 9);
    mine(Ask.put(
            ATTRIBUTES,
            bare()
                .put("unidentifiedAccessKey", key.replace("=", ""))
                .put("capabilities", new JsonObject().put("a", true).put("b", false))))
        .expect(204);
    JsonObject profile = mine(Ask.get(path + "/v1")).expect(200).json();
    assertEquals("bmFtZQ==", profile.getString("name"));
    assertEquals("Yw==", profile.getString("commitment"));
    assertEquals(base64(29, 7), profile.getString("phoneNumberSharing"));
    assertEquals(aci, profile.getString("uuid"));
    assertNull(profile.getValue("avatar", ""));
    assertNull(profile.getValue("identityKey", ""));
    assertEquals(new JsonObject().put("a", true), profile.getJsonObject("capabilities"));
    assertNotNull(profile.getString("unidentifiedAccess"));
    assertEquals(profile, mine(Ask.get(path)).expect(200).json());
    assertEquals(profile, http.ask(Ask.get(path).with("Unidentified-Access-Key", key)).json());
    mine(Ask.get(path + "/v2")).expect(404);
    mine(Ask.get("/v1/profile/" + UUID.randomUUID())).expect(404);
    mine(Ask.get("/v1/profile/PNI:" + aci)).expect(404);
    mine(Ask.get("/v1/profile/nobody")).expect(400);
    mine(Ask.put("/v1/profile", fields.copy().put("version", ""))).expect(422);
    mine(Ask.put("/v1/profile", fields.copy().put("about", "a".repeat(2_049)))).expect(422);
  }

  @Test
  void anAnonymousCallerCannotTellAnUnknownAccountFromAWrongKey() {
    register();
    String wrong = base64(16, 1);
    Answer known = http.ask(Ask.get("/v1/profile/" + aci).with("Unidentified-Access-Key", wrong));
    for (String path : List.of(UUID.randomUUID().toString(), "PNI:" + aci)) {
      Answer unknown =
          http.ask(Ask.get("/v1/profile/" + path).with("Unidentified-Access-Key", wrong))
              .expect(401);
      assertEquals(known.expect(401).text(), unknown.text());
    }
    http.ask(Ask.get("/v1/profile/" + aci)).expect(401);
  }
}
