package io.restante.edge;

import static io.restante.edge.MessageBed.ACCESS_KEY;
import static io.restante.edge.MessageBed.BOB;
import static io.restante.edge.MessageBed.MESSAGE_BYTES_MAX;
import static io.restante.edge.MessageBed.assertAnswer;
import static io.restante.edge.MessageBed.base64;
import static io.restante.edge.MessageBed.body;
import static io.restante.edge.MessageBed.message;
import static io.restante.edge.MessageBed.toBoth;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.restante.testing.RedisServerExtension;
import io.restante.testing.RedisSnapshot;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every status of a send, by its handler. */
class MessageRoutesIT {
  @RegisterExtension static final RedisServerExtension redis = new RedisServerExtension();

  private final MessageBed bed = new MessageBed(redis);

  @BeforeEach
  void accounts() {
    bed.register();
  }

  @AfterEach
  void close() {
    bed.close();
  }

  private void assertInvalid(String detail, JsonObject body) {
    Map<String, String> before = RedisSnapshot.of(redis);
    GatewayException refusal =
        assertThrows(GatewayException.class, () -> bed.put(bed.bob.aci().toString(), body));
    assertEquals(ErrorCode.INVALID_FIELD, refusal.code());
    assertEquals(detail, refusal.detail());
    assertEquals(before, RedisSnapshot.of(redis));
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
    assertAnswer(200, "{\"needsSync\":false}", bed.put(bed.bob.aci().toString(), toBoth()));
    assertAnswer(200, "{\"needsSync\":false}", bed.put("PNI:" + bed.bobPni, toPni));
    assertAnswer(200, "{\"needsSync\":false}", bed.put(BOB.text(), toBoth()));
    assertEquals(3, bed.bob.waiting(1).size());
  }

  @Test
  void aSenderWithMoreDevicesIsToldToSync() {
    bed.alice.withDevices(2);
    assertAnswer(200, "{\"needsSync\":true}", bed.put(bed.bob.aci().toString(), toBoth()));
  }

  @Test
  void otherDevicesAre409AndOtherRegistrationIds410WithTheBodiesOfTheContract() {
    assertAnswer(
        409,
        "{\"missingDevices\":[1],\"extraDevices\":[3]}",
        bed.put(bed.bob.aci().toString(), body(message(3), message(2))));
    assertAnswer(
        410,
        "{\"staleDevices\":[1,2]}",
        bed.put(
            bed.bob.aci().toString(),
            body(
                message(2).put("destinationRegistrationId", 5),
                message(1).put("destinationRegistrationId", 6))));
    assertEquals(List.of(), bed.bob.waiting(1));
  }

  @Test
  void whatIsNeitherTrueNorFalseInTheQueryIs400() {
    String bob = bed.bob.aci().toString();
    for (String story : List.of("xx", "2", "")) {
      bed.assertRefused(
          ErrorCode.MALFORMED_QUERY, () -> bed.put(bob + "?story=" + story, toBoth()));
    }
    assertEquals(200, bed.put(bob + "?story=false", toBoth()).status());
    assertEquals(200, bed.put(bob + "?story=True", toBoth()).status());
    assertEquals(200, bed.put(bob + "?story=1", toBoth()).status());
  }

  @Test
  void anUnknownDestinationIs404() {
    for (String destination :
        List.of(UUID.randomUUID().toString(), "PNI:" + UUID.randomUUID(), "+15550999", "nobody")) {
      bed.assertRefused(ErrorCode.NO_SUCH_ACCOUNT, () -> bed.put(destination, toBoth()));
    }
    bed.assertRefused(ErrorCode.MALFORMED_ID, () -> bed.put("PNI:x", toBoth()));
    bed.assertRefused(ErrorCode.MALFORMED_ID, () -> bed.put("a b", toBoth()));
  }

  @Test
  void anAnonymousSenderWithTheAccessKeyIsTakenAndNamesNobody() {
    assertAnswer(
        200,
        "{\"needsSync\":false}",
        bed.putAnonymously(bed.bob.aci().toString(), toBoth(), ACCESS_KEY));
    assertEquals(null, bed.poll().getJsonObject(0).getString("sourceUuid"));
  }

  @Test
  void aWrongAccessKeyAndAnUnknownAccountAre401AlikeWhateverTheBodySays() {
    byte[] wrong = new byte[16];
    for (JsonObject body : List.of(toBoth(), body(message(9)))) {
      bed.assertRefused(
          ErrorCode.UNAUTHENTICATED,
          () -> bed.putAnonymously(bed.bob.aci().toString(), body, wrong));
      bed.assertRefused(
          ErrorCode.UNAUTHENTICATED,
          () -> bed.putAnonymously(UUID.randomUUID().toString(), body, ACCESS_KEY));
      bed.assertRefused(
          ErrorCode.UNAUTHENTICATED, () -> bed.putAnonymously("+15550999", body, ACCESS_KEY));
    }
    for (String destination : List.of(bed.bob.aci().toString(), UUID.randomUUID().toString())) {
      bed.assertRefused(
          ErrorCode.INVALID_FIELD, () -> bed.putAnonymously(destination, new JsonObject(), wrong));
    }
    bed.assertRefused(
        ErrorCode.UNAUTHENTICATED,
        () ->
            bed.call(
                "PUT", "/v1/messages/" + bed.bob.aci(), toBoth().toBuffer(), null, null, null));
  }

  @Test
  void aFullMailboxIs507() {
    for (int i = 0; i < 3; i++) {
      bed.put(bed.bob.aci().toString(), toBoth());
    }
    bed.assertRefused(ErrorCode.MAILBOX_FULL, () -> bed.put(bed.bob.aci().toString(), toBoth()));
  }

  @Test
  void aMessageOverTheLimitIs413AndOneAtItIsTaken() {
    String most = base64("x".repeat(MESSAGE_BYTES_MAX));
    String more = base64("x".repeat(MESSAGE_BYTES_MAX + 1));
    bed.assertRefused(
        ErrorCode.TOO_LARGE,
        () -> bed.put(bed.bob.aci().toString(), body(message(1), message(2).put("content", more))));
    assertEquals(
        200,
        bed.put(bed.bob.aci().toString(), body(message(1), message(2).put("content", most)))
            .status());
  }

  @Test
  void whatIsNotJsonIs400AndWrongFieldsAre422ByTheirNames() {
    Buffer broken = Buffer.buffer("{");
    bed.assertRefused(
        ErrorCode.MALFORMED_JSON,
        () -> bed.call("PUT", "/v1/messages/" + bed.bob.aci(), broken, bed.aliceOne(), null, null));
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
        "messages[0].content: 0 bytes (expected: 1 to " + MESSAGE_BYTES_MAX + " bytes)",
        body(message(1).put("content", "")));
    assertInvalid(
        "online: a string of 3 characters (expected: true or false)",
        toBoth().put("online", "yes"));
  }

  @Test
  void aRepeatedSendIsAnsweredOnceMoreAndAnotherBodyIs422() {
    Reply first = bed.putOnce(toBoth(), "key-number-1");
    assertAnswer(200, "{\"needsSync\":false}", first);
    assertAnswer(200, "{\"needsSync\":false}", bed.putOnce(toBoth(), "key-number-1"));
    assertEquals(1, bed.bob.waiting(1).size());
    bed.assertRefused(
        ErrorCode.IDEMPOTENCY_KEY_REUSED,
        () -> bed.putOnce(toBoth().put("timestamp", 5), "key-number-1"));
    bed.assertRefused(
        ErrorCode.IDEMPOTENCY_KEY_REUSED,
        () ->
            bed.call(
                "PUT",
                "/v1/messages/" + bed.bob.aci() + "?story=true",
                toBoth().toBuffer(),
                bed.aliceOne(),
                null,
                "key-number-1"));
    bed.assertRefused(ErrorCode.INVALID_FIELD, () -> bed.putOnce(toBoth(), "short"));
    bed.assertRefused(
        ErrorCode.INVALID_FIELD,
        () ->
            bed.call(
                "PUT",
                "/v1/messages/" + bed.bob.aci(),
                toBoth().toBuffer(),
                null,
                ACCESS_KEY,
                "key-number-1"));
  }

  @Test
  void aRefusedSendDoesNotUseItsKeyUp() {
    assertEquals(409, bed.putOnce(body(message(1)), "key-number-1").status());
    assertEquals(200, bed.putOnce(toBoth(), "key-number-1").status());
  }
}
