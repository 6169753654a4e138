package io.restante.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.account.AccountCaches;
import io.restante.account.AccountConfig;
import io.restante.account.Caller;
import io.restante.account.RedisDirectory;
import io.restante.account.Revocations;
import io.restante.account.Verifier;
import io.restante.delivery.Courier;
import io.restante.delivery.DuePush;
import io.restante.mailbox.MailboxConfig;
import io.restante.mailbox.RedisMailboxStore;
import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.restante.protocol.Handle;
import io.restante.redis.LookupKeys;
import io.restante.testing.MailboxBed;
import io.restante.testing.RedisServerExtension;
import io.restante.testing.RedisSnapshot;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every status of the message routes, by their handlers. */
class MessageRoutesIT {
  private static final int MESSAGE_BYTES_MAX = 1_000;
  private static final byte[] ACCESS_KEY = new byte[16];
  private static final Handle ALICE = new Handle("+15550101");
  private static final Handle BOB = new Handle("+15550102");

  static {
    Arrays.fill(ACCESS_KEY, (byte) 7);
  }

  @RegisterExtension static final RedisServerExtension redis = new RedisServerExtension();

  private final MailboxBed bob = new MailboxBed(redis);
  private final UUID bobPni = UUID.randomUUID();
  private final MailboxBed alice = new MailboxBed(redis);
  private final RedisMailboxStore mailboxes =
      bob.store(new MailboxConfig(3, 100_000, 60_000, MESSAGE_BYTES_MAX));
  private final RouteTable routes = new RouteTable(routes().routes());

  private MessageRoutes routes() {
    AccountCaches caches = new AccountCaches(new AccountConfig(0, 6, 10, null), new Revocations());
    return new MessageRoutes(
        new Courier(mailboxes, DuePush.NONE, bob.meters()),
        mailboxes,
        new RedisDirectory(bob.link(), caches),
        MESSAGE_BYTES_MAX);
  }

  @BeforeEach
  void accounts() {
    register(bob.withDevices(1, 2), BOB, bobPni);
    register(alice.withDevices(1), ALICE, UUID.randomUUID());
  }

  private static void register(MailboxBed bed, Handle handle, UUID pni) {
    redis.command(
        "HSET", bed.names().account(), "pni", pni, "handle", handle.text(), "unrestricted", 0);
    redis.command("HSET", bed.names().account(), "uak", ACCESS_KEY);
    redis.command("SET", LookupKeys.handle(handle), bed.aci());
    redis.command("SET", LookupKeys.pni(pni), bed.aci());
  }

  @AfterEach
  void close() {
    alice.close();
    bob.close();
  }

  private static Caller caller(MailboxBed bed, Handle handle, int device) {
    Verifier verifier = new Verifier(new byte[16], new byte[32]);
    return new Caller(bed.device(device), UUID.randomUUID(), handle, verifier);
  }

  private Caller aliceOne() {
    return caller(alice, ALICE, 1);
  }

  private Caller bobOne() {
    return caller(bob, BOB, 1);
  }

  private Reply call(
      String method,
      String uri,
      Buffer body,
      @Nullable Caller caller,
      byte @Nullable [] accessKey,
      @Nullable String idempotencyKey) {
    String[] parts = uri.split("\\?", 2);
    RouteTable.Match match = routes.match(method, parts[0]);
    MultiMap query = MultiMap.caseInsensitiveMultiMap();
    if (parts.length == 2) {
      String[] pair = parts[1].split("=", 2);
      query.add(pair[0], pair[1]);
    }
    MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    if (idempotencyKey != null) {
      headers.add("Idempotency-Key", idempotencyKey);
    }
    Call call =
        new Call(
            method, match.params(), query, headers, body, caller, accessKey, null, "127.0.0.1");
    return bob.await(() -> match.route().handler().handle(call));
  }

  private Reply call(String method, String uri, Caller caller) {
    return call(method, uri, Buffer.buffer(), caller, null, null);
  }

  private Reply put(String destination, JsonObject body) {
    return call("PUT", "/v1/messages/" + destination, body.toBuffer(), aliceOne(), null, null);
  }

  private Reply putAnonymously(String destination, JsonObject body, byte[] accessKey) {
    return call("PUT", "/v1/messages/" + destination, body.toBuffer(), null, accessKey, null);
  }

  private Reply putOnce(JsonObject body, String key) {
    return call("PUT", "/v1/messages/" + bob.aci(), body.toBuffer(), aliceOne(), null, key);
  }

  private static JsonObject message(int device) {
    return new JsonObject()
        .put("type", 1)
        .put("destinationDeviceId", device)
        .put("destinationRegistrationId", 1000 + device)
        .put("content", base64("to " + device));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static JsonObject body(JsonObject... messages) {
    return new JsonObject()
        .put("timestamp", 1_700_000_000_000L)
        .put("urgent", true)
        .put("messages", new JsonArray(List.of(messages)));
  }

  private static JsonObject toBoth() {
    return body(message(1), message(2));
  }

  private static void assertAnswer(int status, @Nullable String json, Reply reply) {
    assertEquals(status, reply.status());
    assertEquals(json, reply.body() == null ? null : reply.body().toString());
  }

  private void assertRefused(ErrorCode code, Runnable step) {
    Map<String, String> before = RedisSnapshot.of(redis);
    GatewayException refusal = assertThrows(GatewayException.class, step::run);
    assertEquals(code, refusal.code(), refusal.detail());
    assertEquals(before, RedisSnapshot.of(redis));
  }

  private void assertInvalid(String detail, JsonObject body) {
    Map<String, String> before = RedisSnapshot.of(redis);
    GatewayException refusal =
        assertThrows(GatewayException.class, () -> put(bob.aci().toString(), body));
    assertEquals(ErrorCode.INVALID_FIELD, refusal.code());
    assertEquals(detail, refusal.detail());
    assertEquals(before, RedisSnapshot.of(redis));
  }

  private JsonArray poll() {
    Reply reply = call("GET", "/v1/messages", bobOne());
    return reply.body() == null
        ? new JsonArray()
        : reply.body().toJsonObject().getJsonArray("messages");
  }

  @Test
  void aSendIs200ForAnAciAPniAndAHandle() {
    JsonObject toPni = toBoth();
    toPni.getJsonArray("messages").stream()
        .map(JsonObject.class::cast)
        .forEach(
            m ->
                m.put(
                    "destinationRegistrationId", 1000 + m.getInteger("destinationRegistrationId")));
    assertAnswer(200, "{\"needsSync\":false}", put(bob.aci().toString(), toBoth()));
    assertAnswer(200, "{\"needsSync\":false}", put("PNI:" + bobPni, toPni));
    assertAnswer(200, "{\"needsSync\":false}", put(BOB.text(), toBoth()));
    assertEquals(3, bob.waiting(1).size());
  }

  @Test
  void aSenderWithMoreDevicesIsToldToSync() {
    alice.withDevices(2);
    assertAnswer(200, "{\"needsSync\":true}", put(bob.aci().toString(), toBoth()));
  }

  @Test
  void otherDevicesAre409AndOtherRegistrationIds410WithTheBodiesOfTheContract() {
    assertAnswer(
        409,
        "{\"missingDevices\":[1],\"extraDevices\":[3]}",
        put(bob.aci().toString(), body(message(3), message(2))));
    assertAnswer(
        410,
        "{\"staleDevices\":[1,2]}",
        put(
            bob.aci().toString(),
            body(
                message(2).put("destinationRegistrationId", 5),
                message(1).put("destinationRegistrationId", 6))));
    assertEquals(List.of(), bob.waiting(1));
  }

  @Test
  void anUnknownDestinationIs404() {
    for (String destination :
        List.of(UUID.randomUUID().toString(), "PNI:" + UUID.randomUUID(), "+15550999", "nobody")) {
      assertRefused(ErrorCode.NO_SUCH_ACCOUNT, () -> put(destination, toBoth()));
    }
    assertRefused(ErrorCode.MALFORMED_ID, () -> put("PNI:x", toBoth()));
    assertRefused(ErrorCode.MALFORMED_ID, () -> put("a b", toBoth()));
  }

  @Test
  void anAnonymousSenderWithTheAccessKeyIsTakenAndNamesNobody() {
    assertAnswer(
        200, "{\"needsSync\":false}", putAnonymously(bob.aci().toString(), toBoth(), ACCESS_KEY));
    assertEquals(null, poll().getJsonObject(0).getString("sourceUuid"));
  }

  @Test
  void aWrongAccessKeyAndAnUnknownAccountAre401AlikeWhateverTheBodySays() {
    byte[] wrong = new byte[16];
    for (JsonObject body : List.of(toBoth(), body(message(9)))) {
      assertRefused(
          ErrorCode.UNAUTHENTICATED, () -> putAnonymously(bob.aci().toString(), body, wrong));
      assertRefused(
          ErrorCode.UNAUTHENTICATED,
          () -> putAnonymously(UUID.randomUUID().toString(), body, ACCESS_KEY));
      assertRefused(ErrorCode.UNAUTHENTICATED, () -> putAnonymously("+15550999", body, ACCESS_KEY));
    }
    for (String destination : List.of(bob.aci().toString(), UUID.randomUUID().toString())) {
      assertRefused(
          ErrorCode.INVALID_FIELD, () -> putAnonymously(destination, new JsonObject(), wrong));
    }
    assertRefused(
        ErrorCode.UNAUTHENTICATED,
        () -> call("PUT", "/v1/messages/" + bob.aci(), toBoth().toBuffer(), null, null, null));
  }

  @Test
  void aFullMailboxIs507() {
    for (int i = 0; i < 3; i++) {
      put(bob.aci().toString(), toBoth());
    }
    assertRefused(ErrorCode.MAILBOX_FULL, () -> put(bob.aci().toString(), toBoth()));
  }

  @Test
  void aMessageOverTheLimitIs413AndOneAtItIsTaken() {
    String most = base64("x".repeat(MESSAGE_BYTES_MAX));
    String more = base64("x".repeat(MESSAGE_BYTES_MAX + 1));
    assertRefused(
        ErrorCode.TOO_LARGE,
        () -> put(bob.aci().toString(), body(message(1), message(2).put("content", more))));
    assertEquals(
        200, put(bob.aci().toString(), body(message(1), message(2).put("content", most))).status());
  }

  @Test
  void whatIsNotJsonIs400AndWrongFieldsAre422ByTheirNames() {
    Buffer broken = Buffer.buffer("{");
    assertRefused(
        ErrorCode.MALFORMED_JSON,
        () -> call("PUT", "/v1/messages/" + bob.aci(), broken, aliceOne(), null, null));
    JsonObject noTimestamp = toBoth();
    noTimestamp.remove("timestamp");
    assertInvalid("timestamp: absent (expected: 0 to 9223372036854775807)", noTimestamp);
    JsonObject noMessages = toBoth();
    noMessages.putNull("messages");
    assertInvalid("messages: absent (expected: a list of objects)", noMessages);
    assertInvalid(
        "messages[1].destinationDeviceId: 1 (expected: each device once)",
        body(message(1), message(1)));
    for (int type : new int[] {0, 2, 4, 5, 9}) {
      assertInvalid(
          "messages[0].type: " + type + " (expected: 1, 3, 6, 7 or 8)",
          body(message(1).put("type", type)));
    }
    assertInvalid(
        "messages[0].destinationDeviceId: 128 (expected: 1 to 127)",
        body(message(1).put("destinationDeviceId", 128)));
    assertInvalid(
        "messages[0].content: a string of 1 characters (expected: base64)",
        body(message(1).put("content", "!")));
    assertInvalid(
        "messages[0].content: absent (expected: base64)", body(message(1).putNull("content")));
    assertInvalid(
        "messages[0].content: 0 bytes (expected: 1 to 2147483647 bytes)",
        body(message(1).put("content", "")));
    assertInvalid(
        "online: a string of 3 characters (expected: true or false)",
        toBoth().put("online", "yes"));
  }

  @Test
  void aRepeatedSendIsAnsweredOnceMoreAndAnotherBodyIs422() {
    Reply first = putOnce(toBoth(), "key-number-1");
    assertAnswer(200, "{\"needsSync\":false}", first);
    assertAnswer(200, "{\"needsSync\":false}", putOnce(toBoth(), "key-number-1"));
    assertEquals(1, bob.waiting(1).size());
    assertRefused(
        ErrorCode.IDEMPOTENCY_KEY_REUSED,
        () -> putOnce(toBoth().put("timestamp", 5), "key-number-1"));
    assertRefused(
        ErrorCode.IDEMPOTENCY_KEY_REUSED,
        () ->
            call(
                "PUT",
                "/v1/messages/" + bob.aci() + "?story=true",
                toBoth().toBuffer(),
                aliceOne(),
                null,
                "key-number-1"));
    assertRefused(ErrorCode.MALFORMED_HEADER, () -> putOnce(toBoth(), "short"));
    assertRefused(
        ErrorCode.INVALID_FIELD,
        () ->
            call(
                "PUT",
                "/v1/messages/" + bob.aci(),
                toBoth().toBuffer(),
                null,
                ACCESS_KEY,
                "key-number-1"));
  }

  @Test
  void aRefusedSendDoesNotUseItsKeyUp() {
    assertEquals(409, putOnce(body(message(1)), "key-number-1").status());
    assertEquals(200, putOnce(toBoth(), "key-number-1").status());
  }

  @Test
  void generationAPutsItsMessageInBodyAndPollsItAsMessage() {
    JsonObject legacy = message(1);
    legacy.remove("content");
    legacy.put("body", base64("old").replace("=", ""));
    JsonObject send = body(legacy, message(2));
    send.remove("urgent");
    put(BOB.text(), send);
    JsonObject polled = poll().getJsonObject(0);
    assertEquals(base64("old"), polled.getString("message"));
    assertEquals(null, polled.getString("content"));
    assertEquals(ALICE.text(), polled.getString("source"));
  }

  @Test
  void aPollTellsAllOfTheContractAndDeletingEmptiesIt() {
    put(bob.aci().toString(), toBoth());
    Reply page = call("GET", "/v1/messages", bobOne());
    assertEquals(200, page.status());
    JsonObject json = page.body() == null ? new JsonObject() : page.body().toJsonObject();
    assertEquals(false, json.getBoolean("more"));
    JsonObject message = json.getJsonArray("messages").getJsonObject(0);
    assertEquals(
        List.of(
            "type",
            "relay",
            "timestamp",
            "source",
            "sourceUuid",
            "sourceDevice",
            "message",
            "content",
            "serverTimestamp",
            "guid"),
        List.copyOf(message.fieldNames()));
    assertEquals(1, message.getInteger("type"));
    assertEquals(1_700_000_000_000L, message.getLong("timestamp"));
    assertEquals(alice.aci().toString(), message.getString("sourceUuid"));
    assertEquals(null, message.getString("source"));
    assertEquals(1, message.getInteger("sourceDevice"));
    assertEquals(base64("to 1"), message.getString("content"));
    assertTrue(message.getLong("serverTimestamp") > 1_700_000_000_000L);
    String byGuid = "/v1/messages/uuid/" + message.getString("guid");
    assertAnswer(204, null, call("DELETE", byGuid, aliceOne()));
    assertEquals(1, poll().size());
    assertAnswer(204, null, call("DELETE", byGuid, bobOne()));
    assertAnswer(204, null, call("DELETE", byGuid, bobOne()));
    assertEquals(0, poll().size());
    assertRefused(ErrorCode.MALFORMED_ID, () -> call("DELETE", "/v1/messages/uuid/5", bobOne()));
  }

  @Test
  void aMessageIsDeletedBySourceAndTimestamp() {
    put(BOB.text(), toBoth());
    put(BOB.text(), toBoth().put("timestamp", 5));
    put(BOB.text(), toBoth().put("timestamp", 6));
    assertAnswer(204, null, call("DELETE", "/v1/messages/" + ALICE.text() + "/5", bobOne()));
    assertAnswer(204, null, call("DELETE", "/v1/messages/" + alice.aci() + "/6", bobOne()));
    assertAnswer(204, null, call("DELETE", "/v1/messages/" + alice.aci() + "/7", bobOne()));
    assertEquals(1, poll().size());
    for (String timestamp : List.of("x", "-1", "+1", "99999999999999999999")) {
      assertRefused(
          ErrorCode.MALFORMED_ID,
          () -> call("DELETE", "/v1/messages/" + alice.aci() + "/" + timestamp, bobOne()));
    }
  }

  @Test
  void aReceiptIs200AndOfType5AndForNobody404() {
    assertAnswer(200, null, call("PUT", "/v1/receipt/" + BOB.text() + "/123", aliceOne()));
    JsonObject receipt = poll().getJsonObject(0);
    assertEquals(5, receipt.getInteger("type"));
    assertEquals(123, receipt.getLong("timestamp"));
    assertEquals(ALICE.text(), receipt.getString("source"));
    assertRefused(
        ErrorCode.NO_SUCH_ACCOUNT,
        () -> call("PUT", "/v1/receipt/" + UUID.randomUUID() + "/123", aliceOne()));
    assertRefused(
        ErrorCode.NO_SUCH_ACCOUNT, () -> call("PUT", "/v1/receipt/+15550999/123", aliceOne()));
    assertRefused(
        ErrorCode.MALFORMED_ID, () -> call("PUT", "/v1/receipt/" + BOB.text() + "/x", aliceOne()));
  }
}
