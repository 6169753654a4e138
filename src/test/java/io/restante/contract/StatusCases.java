package io.restante.contract;

import io.restante.contract.World.Who;
import io.restante.protocol.ErrorCode;
import io.restante.testing.client.Ask;
import io.restante.testing.client.KeyRing;
import io.restante.testing.client.Phone;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The contract's table: what is asked, and by which status and which body it is answered. */
final class StatusCases {
  /**
   * One line of it.
   *
   * @param ask made anew for each time it is asked
   * @param code of a problem body, null for other bodies
   * @param fields of another body, exactly; none for an empty one
   */
  record Case(
      Who who, Function<World, Ask> ask, int status, @Nullable ErrorCode code, Set<String> fields) {
    String name(World world) {
      Ask made = ask.apply(world);
      return made.method() + ' ' + made.path() + " by " + who + ": " + status;
    }
  }

  static final String WHOAMI = "/v1/accounts/whoami";
  private static final String SESSIONS = "/v1/verification/session";
  private static final String MESSAGES = "/v1/messages/";
  private static final String KEYS = "/v2/keys";
  private static final String NAMES = "uuid pni number";
  private static final String SESSION =
      "id nextSms nextCall nextVerificationAttempt allowedToRequestCode requestedInformation"
          + " verified";
  private static final String PROFILE =
      "uuid identityKey unidentifiedAccess unrestrictedUnidentifiedAccess capabilities badges"
          + " avatar name about aboutEmoji paymentAddress commitment phoneNumberSharing";

  private final List<Case> all = new ArrayList<>();

  private StatusCases() {}

  static List<Case> all() {
    StatusCases cases = new StatusCases();
    cases.accountsTaken();
    cases.keysTaken();
    cases.all.addAll(PoolCases.all());
    cases.all.addAll(PushCases.all());
    cases.messagesTaken();
    cases.refused();
    cases.refusedByTheirState();
    cases.refusedToBeLinked();
    cases.refusedByTheirBody();
    return cases.all;
  }

  private void taken(Who who, int status, String fields, Function<World, Ask> ask) {
    Set<String> names = fields.isEmpty() ? Set.of() : Set.of(fields.split(" "));
    all.add(new Case(who, ask, status, null, names));
  }

  private void taken(int status, String fields, Function<World, Ask> ask) {
    taken(Who.ALICE, status, fields, ask);
  }

  private void refused(Who who, ErrorCode code, Function<World, Ask> ask) {
    all.add(new Case(who, ask, code.status(), code, Set.of()));
  }

  private void refused(ErrorCode code, Function<World, Ask> ask) {
    refused(Who.ALICE, code, ask);
  }

  private static Ask get(String path) {
    return World.ask("GET", path, null);
  }

  private static Ask delete(String path) {
    return World.ask("DELETE", path, null);
  }

  private static Ask put(String path, JsonObject body) {
    return World.ask("PUT", path, body);
  }

  private static Ask post(String path, JsonObject body) {
    return World.ask("POST", path, body);
  }

  private static JsonObject one(String field, Object value) {
    // Fields that the contract does not know are ignored, here and everywhere below.
    return new JsonObject().put(field, value).put("unknown", new JsonObject().put("a", 1));
  }

  private static String basic(Phone phone) {
    return World.basic(phone.handle(), phone.password());
  }

  private static Phone stranger(World world) {
    return new Phone(world.http(), World.number());
  }

  private void accountsTaken() {
    taken(Who.NOBODY, 200, "", world -> get("/v1/keepalive"));
    taken(Who.NOBODY, 200, "", world -> get("/v1/keepalive/"));
    taken(200, NAMES, world -> get(WHOAMI));
    taken(200, NAMES, world -> get(WHOAMI + "/"));
    for (String transport : List.of("sms", "voice")) {
      String path = "/v1/accounts/" + transport + "/code/";
      taken(Who.NOBODY, 200, "", world -> get(path + World.number() + "?client=android"));
    }
    taken(Who.NOBODY, 200, NAMES + " storageCapable", StatusCases::registrationByCode);
    taken(Who.NOBODY, 200, SESSION, world -> post(SESSIONS, one("number", World.number())));
    taken(Who.NOBODY, 200, SESSION, world -> get(SESSIONS + "/" + session(world)));
    taken(
        Who.NOBODY,
        200,
        SESSION,
        world -> World.ask("PATCH", SESSIONS + "/" + session(world), one("pushToken", "x")));
    taken(
        Who.NOBODY,
        200,
        SESSION,
        world -> post(SESSIONS + "/" + session(world) + "/code", one("transport", "sms")));
    taken(
        Who.NOBODY,
        200,
        SESSION,
        world -> put(SESSIONS + "/" + session(world) + "/code", one("code", "123456")));
    taken(Who.NOBODY, 200, NAMES + " storageCapable", StatusCases::registration);
    taken(204, "", world -> put("/v1/accounts/attributes", world.alice().attributes()));
    taken(204, "", world -> put("/v1/accounts/gcm", one("gcmRegistrationId", "token")));
    taken(204, "", world -> put("/v1/accounts/apn/", one("apnRegistrationId", "token")));
    taken(204, "", world -> delete("/v1/accounts/gcm"));
    taken(204, "", world -> delete("/v1/accounts/apn"));
    taken(Who.NOBODY, 204, "", world -> world.fresh().signed(delete("/v1/accounts/me")));
    taken(200, "devices", world -> get("/v1/devices"));
    taken(Who.NOBODY, 204, "", StatusCases::removal);
    taken(200, "verificationCode", world -> get("/v1/devices/provisioning/code"));
    taken(
        Who.NOBODY,
        200,
        "uuid pni deviceId",
        world -> {
          Phone phone = world.fresh();
          return linking(phone, phone.linkCode());
        });
    taken(200, "", world -> put("/v1/profile", one("version", "v1").put("name", "bmFtZQ")));
    taken(200, PROFILE, world -> get("/v1/profile/" + world.alice().aci()));
    taken(200, PROFILE, world -> get("/v1/profile/" + world.alice().aci() + "/v1"));
    taken(
        Who.NOBODY,
        200,
        PROFILE,
        world -> {
          world.bob().ask(put("/v1/profile", one("version", "v1"))).expect(200);
          return sealed(world, get("/v1/profile/" + bob(world)));
        });
  }

  private void keysTaken() {
    taken(204, "", world -> put(KEYS, World.upload(world.alice().aciKeys())));
    taken(204, "", world -> put(KEYS + "/?identity=pni", World.upload(world.alice().pniKeys())));
    taken(204, "", world -> put(KEYS, new JsonObject()));
    taken(200, "count pqCount", world -> get(KEYS));
    taken(200, "count pqCount", world -> get(KEYS + "?identity=pni"));
    taken(204, "", world -> put(KEYS + "/signed", signed(world)));
    taken(200, "keyId publicKey signature", world -> get(KEYS + "/signed"));
    taken(200, "", world -> post(KEYS + "/check", Digests.check(world.alice().aciKeys())));
    for (String device : List.of("1", "*", "1/")) {
      String bundle = "identityKey devices";
      taken(200, bundle, world -> get(keys(world) + device));
      taken(Who.NOBODY, 200, bundle, world -> sealed(world, get(keys(world) + device)));
    }
    taken(200, "identityKey devices", world -> get(KEYS + "/PNI:" + world.bob().pni() + "/1"));
    taken(200, "identityKey devices", world -> get(KEYS + "/" + world.bob().handle() + "/1"));
  }

  private void messagesTaken() {
    taken(200, "needsSync", world -> put(MESSAGES + bob(world), world.messageToBob()));
    taken(200, "needsSync", world -> put(MESSAGES + bob(world) + "/", world.messageToBob()));
    taken(200, "needsSync", world -> put(MESSAGES + world.bob().handle(), world.messageToBob()));
    taken(
        Who.NOBODY,
        200,
        "needsSync",
        world -> sealed(world, put(MESSAGES + bob(world), world.messageToBob())));
    taken(409, "missingDevices extraDevices", world -> put(MESSAGES + bob(world), World.send()));
    taken(
        410,
        "staleDevices",
        world -> put(MESSAGES + bob(world), World.send(World.message(1, 1 + other(world), ONE))));
    taken(200, "", world -> World.ask("PUT", "/v1/receipt/" + bob(world) + "/17", null));
    taken(200, "messages more", world -> get("/v1/messages"));
    taken(204, "", world -> delete(MESSAGES + "uuid/" + World.unknownId()));
    taken(204, "", world -> delete(MESSAGES + bob(world) + "/17"));
  }

  private void refused() {
    refused(ErrorCode.MALFORMED_JSON, world -> Ask.put(KEYS, "{"));
    refused(ErrorCode.MALFORMED_ID, world -> get(keys(world) + "128"));
    refused(ErrorCode.MALFORMED_QUERY, world -> get(KEYS + "?identity=other"));
    refused(ErrorCode.INVALID_FIELD, world -> get(keys(world) + "1").with("Idempotency-Key", "7"));
    for (String path : List.of(WHOAMI, KEYS, "/v1/devices", "/v1/messages", KEYS + "/signed")) {
      refused(Who.NOBODY, ErrorCode.UNAUTHENTICATED, world -> get(path));
    }
    refused(Who.NOBODY, ErrorCode.UNAUTHENTICATED, world -> get(keys(world) + "1"));
    refused(
        Who.NOBODY,
        ErrorCode.UNAUTHENTICATED,
        world -> put(MESSAGES + bob(world), world.messageToBob()));
    for (boolean known : List.of(true, false)) {
      refused(Who.NOBODY, ErrorCode.UNAUTHENTICATED, world -> wrongAccessKey(world, known));
    }
    refused(
        Who.NOBODY, ErrorCode.NOT_VERIFIED, world -> registration(stranger(world), "no session"));
    refused(ErrorCode.FORBIDDEN, world -> delete("/v1/devices/1"));
    refused(ErrorCode.NO_SUCH_ROUTE, world -> get("/v1/nothing"));
    refused(ErrorCode.NO_SUCH_ROUTE, world -> get("/v1/certificate/delivery"));
    refused(ErrorCode.METHOD_NOT_ALLOWED, world -> post(WHOAMI, one("a", 1)));
    refused(
        ErrorCode.UNSUPPORTED_MEDIA_TYPE,
        world -> put(KEYS, new JsonObject()).with("Content-Type", "text/plain"));
  }

  private void refusedByTheirState() {
    refused(ErrorCode.NO_SUCH_ACCOUNT, world -> get(KEYS + "/" + World.number() + "/1"));
    refused(ErrorCode.NO_SUCH_ACCOUNT, world -> get(KEYS + "/" + World.unknownId() + "/1"));
    refused(
        ErrorCode.NO_SUCH_ACCOUNT,
        world -> put(MESSAGES + World.unknownId(), world.messageToBob()));
    refused(
        ErrorCode.NO_SUCH_ACCOUNT,
        world -> World.ask("PUT", "/v1/receipt/" + World.unknownId() + "/17", null));
    refused(ErrorCode.NO_SUCH_DEVICE, world -> get(keys(world) + "9"));
    refused(ErrorCode.NO_SUCH_DEVICE, world -> delete("/v1/devices/9"));
    refused(ErrorCode.NO_SUCH_PROFILE, world -> get("/v1/profile/" + World.unknownId()));
    refused(ErrorCode.NO_SUCH_PROFILE, world -> get("/v1/profile/PNI:" + World.unknownId()));
    refused(Who.NOBODY, ErrorCode.NO_SUCH_SESSION, world -> get(SESSIONS + "/none"));
    refused(
        Who.NOBODY,
        ErrorCode.NO_SUCH_SESSION,
        world -> put(SESSIONS + "/none/code", one("code", "123456")));
    refused(
        Who.NOBODY,
        ErrorCode.NO_SUCH_KEY,
        world -> {
          Phone older = stranger(world);
          world.http().ask(registrationByCode(older)).expect(200);
          return get(KEYS + "/signed")
              .with("Authorization", World.basic(older.handle(), older.password()));
        });
    refused(ErrorCode.KEYS_DIFFER, world -> post(KEYS + "/check", Digests.check(new KeyRing())));
    refused(ErrorCode.IDEMPOTENCY_KEY_REUSED, StatusCases::sendWithUsedKey);
    refused(
        ErrorCode.MAILBOX_FULL,
        world -> {
          Phone full = world.fresh();
          int registration = full.aciKeys().registrationId();
          Ask send = put(MESSAGES + full.aci(), World.send(World.message(1, registration, ONE)));
          for (int i = 0; i < StatusIT.ENVELOPES_MAX; i++) {
            world.alice().ask(send).expect(200);
          }
          return send;
        });
  }

  private void refusedToBeLinked() {
    refused(
        ErrorCode.NO_SUCH_PROVISIONING,
        world -> put("/v1/provisioning/nobody", one("body", "AAAA")));
    refused(
        Who.NOBODY, ErrorCode.WRONG_CODE, world -> linking(world.fresh(), "a code of nobody's"));
    refused(
        Who.NOBODY,
        ErrorCode.TOO_MANY_DEVICES,
        world -> {
          Phone phone = world.fresh();
          for (int i = 1; i < StatusIT.DEVICES_MAX; i++) {
            phone.link();
          }
          return linking(phone, phone.linkCode());
        });
    refused(
        Who.NOBODY,
        ErrorCode.LACKING_CAPABILITY,
        world -> {
          Phone phone = world.fresh();
          JsonObject attributes = phone.attributes();
          attributes.getJsonObject("capabilities").put("spqr", true);
          phone.ask(put("/v1/accounts/attributes", attributes)).expect(204);
          return linking(phone, phone.linkCode());
        });
  }

  private void refusedByTheirBody() {
    refused(
        ErrorCode.TOO_LARGE,
        world -> {
          byte[] large = new byte[StatusIT.MESSAGE_BYTES_MAX + 1];
          int registration = world.bob().aciKeys().registrationId();
          return put(MESSAGES + bob(world), World.send(World.message(1, registration, large)));
        });
    refused(ErrorCode.INVALID_FIELD, world -> put("/v1/profile", one("version", 1)));
    refused(
        ErrorCode.INVALID_FIELD,
        world -> put(KEYS + "/signed", signed(world).put("keyId", 1 << 24)));
    refused(
        ErrorCode.INVALID_SIGNATURE,
        world -> put(KEYS + "/signed", KeyRing.json(new KeyRing().signedPreKey())));
    refused(
        Who.NOBODY,
        ErrorCode.INVALID_FIELD,
        world -> sealed(world, get(keys(world) + "1")).with("Idempotency-Key", "12345678"));
    refused(
        Who.NOBODY,
        ErrorCode.INVALID_FIELD,
        world ->
            put("/v1/accounts/code/1", world.alice().attributes())
                .with("Authorization", World.basic(World.number(), "elevenchars")));
  }

  private static final byte[] ONE = {1};

  private static String bob(World world) {
    return world.bob().aci();
  }

  private static int other(World world) {
    return world.bob().aciKeys().registrationId() % 16_000;
  }

  private static String keys(World world) {
    return KEYS + "/" + bob(world) + "/";
  }

  private static JsonObject signed(World world) {
    return KeyRing.json(world.alice().aciKeys().signedPreKey());
  }

  private static Ask sealed(World world, Ask ask) {
    return ask.with("Unidentified-Access-Key", world.bob().accessKey());
  }

  private static Ask wrongAccessKey(World world, boolean known) {
    String account = known ? bob(world) : World.unknownId();
    return get(KEYS + "/" + account + "/1")
        .with("Unidentified-Access-Key", World.base64(new byte[16]));
  }

  private static String session(World world) {
    JsonObject number = one("number", World.number());
    return world.http().ask(post(SESSIONS, number)).expect(200).json().getString("id");
  }

  private static Ask registrationByCode(World world) {
    return registrationByCode(stranger(world));
  }

  private static Ask registrationByCode(Phone phone) {
    return put("/v1/accounts/code/123456", phone.attributes()).with("Authorization", basic(phone));
  }

  private static Ask registration(World world) {
    Phone phone = stranger(world);
    return registration(phone, phone.verify().getString("id"));
  }

  private static Ask registration(Phone phone, String session) {
    return post("/v1/registration", World.registration(phone, session))
        .with("Authorization", basic(phone));
  }

  private static Ask linking(Phone phone, String code) {
    Phone further = phone.furtherDevice(2);
    return further.linkingAsk(further.linking(code));
  }

  private static Ask removal(World world) {
    Phone phone = world.fresh();
    phone.link();
    return phone.signed(delete("/v1/devices/2"));
  }

  private static Ask sendWithUsedKey(World world) {
    String key = World.unknownId();
    Ask first = put(MESSAGES + bob(world), world.messageToBob()).with("Idempotency-Key", key);
    world.alice().ask(first).expect(200);
    return put(MESSAGES + bob(world), world.messageToBob().put("timestamp", 5))
        .with("Idempotency-Key", key);
  }
}
