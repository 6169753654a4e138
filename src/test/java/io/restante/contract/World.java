package io.restante.contract;

import io.restante.testing.GatewayExtension;
import io.restante.testing.client.Answer;
import io.restante.testing.client.Ask;
import io.restante.testing.client.ClientSocket;
import io.restante.testing.client.HttpChannel;
import io.restante.testing.client.KeyRing;
import io.restante.testing.client.Phone;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Two accounts with keys at one gateway, and their sockets. Alice asks; Bob has one device, Alice a
 * second one.
 */
final class World implements AutoCloseable {
  /** Who asks: over HTTP by header, inside the socket by whose it is. */
  enum Who {
    ALICE,
    NOBODY
  }

  static final String JSON = "application/json";
  private static final AtomicInteger NEXT_NUMBER = new AtomicInteger(1);

  private final HttpChannel http;
  private final Phone alice;
  private final Phone aliceLinked;
  private final Phone bob;
  private final ClientSocket aliceSocket;
  private final ClientSocket anonymousSocket;

  World(GatewayExtension gateway) {
    http = new HttpChannel(gateway.publicUrl());
    alice = new Phone(http, number()).register();
    aliceLinked = alice.link();
    bob = new Phone(http, number()).register();
    bob.refill(5);
    aliceSocket = ClientSocket.open(http.url(), "/v1/websocket/", alice.authorization());
    aliceSocket.awaitQueueEmpty();
    anonymousSocket = ClientSocket.open(http.url(), "/v1/websocket/", null);
  }

  /** A number that nobody had before. */
  static String number() {
    return String.format(Locale.ROOT, "+1777%07d", NEXT_NUMBER.getAndIncrement());
  }

  HttpChannel http() {
    return http;
  }

  Phone alice() {
    return alice;
  }

  Phone aliceLinked() {
    return aliceLinked;
  }

  Phone bob() {
    return bob;
  }

  /** A new account. */
  Phone fresh() {
    return new Phone(http, number()).register();
  }

  Answer overHttp(Who who, Ask ask) {
    return who == Who.ALICE ? alice.ask(ask) : http.ask(ask);
  }

  Answer overSocket(Who who, Ask ask) {
    return (who == Who.ALICE ? aliceSocket : anonymousSocket).ask(ask);
  }

  /** The value of {@code Authorization}. */
  static String basic(String name, String password) {
    byte[] pair = (name + ":" + password).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(pair);
  }

  /** A request with a body that is said to be JSON; none for null. */
  static Ask ask(String method, String path, @Nullable JsonObject body) {
    Ask ask = new Ask(method, path, java.util.Map.of(), body == null ? null : bytes(body));
    return body == null ? ask : ask.with("Content-Type", JSON);
  }

  private static byte[] bytes(JsonObject body) {
    return body.encode().getBytes(StandardCharsets.UTF_8);
  }

  /** A message to Bob's only device that is taken. */
  JsonObject messageToBob() {
    return send(message(1, bob.aciKeys().registrationId(), new byte[] {1, 2, 3, 4}));
  }

  /** The body of a send. */
  static JsonObject send(JsonObject... messages) {
    JsonArray list = new JsonArray();
    for (JsonObject message : messages) {
      list.add(message);
    }
    return new JsonObject()
        .put("timestamp", 1_700_000_000_000L)
        .put("online", false)
        .put("urgent", true)
        .put("messages", list);
  }

  /** One message of a send. */
  static JsonObject message(int device, int registrationId, byte[] content) {
    return new JsonObject()
        .put("type", 1)
        .put("destinationDeviceId", device)
        .put("destinationRegistrationId", registrationId)
        .put("content", Base64.getEncoder().encodeToString(content));
  }

  /** An upload of everything, by the ring's owner. */
  static JsonObject upload(KeyRing keys) {
    return KeyRing.upload(keys.oneTimeEc(2), keys.oneTimeKyber(2))
        .put("identityKey", base64(keys.identityKey()))
        .put("signedPreKey", KeyRing.json(keys.signedPreKey()))
        .put("pqLastResortPreKey", KeyRing.json(keys.lastResort()))
        .put("lastResortKey", ecOf(keys));
  }

  private static JsonObject ecOf(KeyRing keys) {
    return KeyRing.json(keys.oneTimeEc(1).get(0)).put("keyId", 16_777_215);
  }

  /** The body of a registration by session, for this session. */
  static JsonObject registration(Phone phone, String session) {
    return new JsonObject()
        .put("sessionId", session)
        .put("accountAttributes", phone.attributes())
        .put("aciIdentityKey", base64(phone.aciKeys().identityKey()))
        .put("pniIdentityKey", base64(phone.pniKeys().identityKey()))
        .put("aciSignedPreKey", KeyRing.json(phone.aciKeys().signedPreKey()))
        .put("pniSignedPreKey", KeyRing.json(phone.pniKeys().signedPreKey()))
        .put("aciPqLastResortPreKey", KeyRing.json(phone.aciKeys().lastResort()))
        .put("pniPqLastResortPreKey", KeyRing.json(phone.pniKeys().lastResort()))
        .put("skipDeviceTransfer", true)
        .put("requireAtomic", true)
        .put("apnToken", "an-apn-token")
        .put("gcmToken", "a-gcm-token");
  }

  static String base64(byte[] bytes) {
    return Base64.getEncoder().withoutPadding().encodeToString(bytes);
  }

  static String unknownId() {
    return UUID.randomUUID().toString();
  }

  @Override
  public void close() {
    aliceSocket.drop();
    anonymousSocket.drop();
  }

  /** An upload to a named pool, with everything in it. */
  static JsonObject pool() {
    JsonObject entry = new JsonObject().put("id", unknownId()).put("data", base64(new byte[40]));
    return new JsonObject()
        .put("entries", new JsonArray().add(entry.copy().put("data", base64(random()))))
        .put("lastResort", entry)
        .put("order", "newest")
        .put("ttlSeconds", 600);
  }

  /** Device 1 of one destination, in a batch. */
  static JsonObject of(String field, String destination) {
    JsonObject one = new JsonObject().put(field, destination).put("device", 1);
    return new JsonObject().put("destinations", new JsonArray().add(one));
  }

  private static byte[] random() {
    byte[] bytes = new byte[40];
    new java.security.SecureRandom().nextBytes(bytes);
    return bytes;
  }
}
