package io.restante.contract;

import io.restante.PushKeyFile;
import io.restante.contract.World.Who;
import io.restante.testing.client.Ask;
import io.restante.testing.client.KeyRing;
import io.restante.testing.client.Phone;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A route that takes JSON, with a body that is taken and has every field that is read.
 *
 * @param required paths of the fields without which it is refused; those in lists are of item 0
 */
record BodyRoute(String name, Who who, Ask valid, JsonObject body, Set<String> required) {
  /** All of them, for this world. Nothing of it is asked here. */
  static List<BodyRoute> all(World world) {
    List<BodyRoute> all = new ArrayList<>(ofAlice(world));
    all.addAll(ofNobody(world));
    return all;
  }

  private static List<BodyRoute> ofAlice(World world) {
    Phone alice = world.alice();
    return List.of(
        route("send", "PUT", "/v1/messages/" + world.bob().aci(), world.messageToBob())
            .requires("timestamp", "messages", "messages[0].type")
            .requires("messages[0].destinationDeviceId", "messages[0].content"),
        route(
                "send of generation A",
                "PUT",
                "/v1/messages/" + world.bob().handle(),
                bodySend(world))
            .requires("messages[0].body"),
        route("upload", "PUT", "/v2/keys", World.upload(alice.aciKeys()))
            .requires("preKeys[0].keyId", "preKeys[0].publicKey")
            .requires("pqPreKeys[0].keyId", "pqPreKeys[0].publicKey", "pqPreKeys[0].signature")
            .requires("signedPreKey.keyId", "signedPreKey.publicKey", "signedPreKey.signature")
            .requires("pqLastResortPreKey.keyId", "pqLastResortPreKey.signature")
            .requires("pqLastResortPreKey.publicKey")
            .requires("lastResortKey.keyId", "lastResortKey.publicKey"),
        route("signed", "PUT", "/v2/keys/signed", KeyRing.json(alice.aciKeys().signedPreKey()))
            .requires("keyId", "publicKey", "signature"),
        route("check", "POST", "/v2/keys/check", Digests.check(alice.aciKeys()))
            .requires("identityType", "digest"),
        route("attributes", "PUT", "/v1/accounts/attributes", alice.attributes())
            .requires("registrationId"),
        route("gcm", "PUT", "/v1/accounts/gcm", new JsonObject().put("gcmRegistrationId", "token"))
            .requires("gcmRegistrationId"),
        route("apn", "PUT", "/v1/accounts/apn", new JsonObject().put("apnRegistrationId", "token"))
            .requires("apnRegistrationId"),
        route("webpush", "PUT", PushCases.WEB_PUSH, PushKeyFile.subscription())
            .requires("endpoint", "keys", "keys.p256dh", "keys.auth"),
        route("profile", "PUT", "/v1/profile", profile()).requires("version"),
        route("pool", "PUT", "/v1/pools/mls", World.pool())
            .requires("entries[0].data", "lastResort.data"),
        route("claim", "POST", "/v1/pools/mls/claim", World.of("account", world.bob().aci()))
            .requires("destinations", "destinations[0].account", "destinations[0].device"),
        route("batch", "POST", "/v2/keys/batch", World.of("destination", world.bob().aci()))
            .requires("destinations", "destinations[0].destination", "destinations[0].device"));
  }

  private static List<BodyRoute> ofNobody(World world) {
    Phone carol = new Phone(world.http(), World.number());
    String session = carol.verify().getString("id");
    String open = new Phone(world.http(), World.number()).verify().getString("id");
    String basic = World.basic(carol.handle(), carol.password());
    JsonObject byCode = carol.attributes().put("signalingKey", World.base64(new byte[52]));
    return List.of(
        route(
                "session",
                "POST",
                "/v1/verification/session",
                new JsonObject().put("number", World.number()))
            .byNobody()
            .requires("number"),
        route(
                "code request",
                "POST",
                "/v1/verification/session/" + open + "/code",
                new JsonObject().put("transport", "sms"))
            .byNobody()
            .requires("transport"),
        route(
                "code",
                "PUT",
                "/v1/verification/session/" + open + "/code",
                new JsonObject().put("code", "123456"))
            .byNobody()
            .requires("code"),
        route("registration", "POST", "/v1/registration", World.registration(carol, session))
            .byNobody()
            .with("Authorization", basic)
            .requires("sessionId", "accountAttributes", "accountAttributes.registrationId")
            .requires("aciIdentityKey", "pniIdentityKey", "aciSignedPreKey", "pniSignedPreKey")
            .requires("aciPqLastResortPreKey", "pniPqLastResortPreKey")
            .requires("aciSignedPreKey.keyId", "aciSignedPreKey.publicKey")
            .requires("aciSignedPreKey.signature", "pniPqLastResortPreKey.signature"),
        linking(world),
        route("registration by code", "PUT", "/v1/accounts/code/123456", byCode)
            .byNobody()
            .with("Authorization", World.basic(World.number(), carol.password()))
            .requires("registrationId"));
  }

  private static BodyRoute linking(World world) {
    Phone primary = world.fresh();
    Phone further = primary.furtherDevice(2);
    JsonObject body = further.linking(primary.linkCode());
    return route("linking", "PUT", "/v1/devices/link", body)
        .byNobody()
        .with("Authorization", World.basic(further.handle(), further.password()))
        .requires("verificationCode", "accountAttributes", "accountAttributes.registrationId")
        .requires("aciSignedPreKey", "pniSignedPreKey")
        .requires("aciPqLastResortPreKey", "pniPqLastResortPreKey")
        .requires("aciSignedPreKey.keyId", "aciSignedPreKey.publicKey")
        .requires("aciSignedPreKey.signature", "pniPqLastResortPreKey.signature");
  }

  private static JsonObject bodySend(World world) {
    JsonObject send = world.messageToBob();
    JsonArray messages = send.getJsonArray("messages");
    JsonObject message = messages.getJsonObject(0);
    message.put("body", message.remove("content"));
    return send.put("messages", messages);
  }

  private static JsonObject profile() {
    JsonObject body = new JsonObject().put("version", "v1");
    for (String field : List.of("name", "about", "aboutEmoji", "paymentAddress", "commitment")) {
      body.put(field, "b3BhcXVl");
    }
    return body;
  }

  private static BodyRoute route(String name, String method, String path, JsonObject body) {
    return new BodyRoute(name, Who.ALICE, World.ask(method, path, body), body, Set.of());
  }

  private BodyRoute requires(String... paths) {
    Set<String> all = new java.util.TreeSet<>(required);
    all.addAll(List.of(paths));
    return new BodyRoute(name, who, valid, body, all);
  }

  private BodyRoute byNobody() {
    return new BodyRoute(name, Who.NOBODY, valid, body, required);
  }

  private BodyRoute with(String header, String value) {
    return new BodyRoute(name, who, valid.with(header, value), body, required);
  }

  /** The same request with another body. */
  Ask with(String otherBody) {
    return with(otherBody.getBytes(StandardCharsets.UTF_8));
  }

  Ask with(byte[] otherBody) {
    return new Ask(valid.method(), valid.path(), Map.copyOf(valid.headers()), otherBody);
  }
}
