package io.restante.edge;

import static io.restante.edge.MessageBed.ALICE;
import static io.restante.edge.MessageBed.BOB;
import static io.restante.edge.MessageBed.assertAnswer;
import static io.restante.edge.MessageBed.base64;
import static io.restante.edge.MessageBed.body;
import static io.restante.edge.MessageBed.message;
import static io.restante.edge.MessageBed.toBoth;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.protocol.ErrorCode;
import io.restante.testing.RedisServerExtension;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every status of polling, deleting and receipts, by their handlers. */
class MailRoutesIT {
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

  @Test
  void generationAPutsItsMessageInBodyAndPollsItAsMessage() {
    JsonObject legacy = message(1);
    legacy.remove("content");
    legacy.put("body", base64("old").replace("=", ""));
    JsonObject send = body(legacy, message(2));
    send.remove("urgent");
    bed.put(BOB.text(), send);
    JsonObject polled = bed.poll().getJsonObject(0);
    assertEquals(base64("old"), polled.getString("message"));
    assertEquals(null, polled.getString("content"));
    assertEquals(ALICE.text(), polled.getString("source"));
  }

  @Test
  void aPollTellsAllOfTheContractAndDeletingEmptiesIt() {
    bed.put(bed.bob.aci().toString(), toBoth());
    Reply page = bed.call("GET", "/v1/messages", bed.bobOne());
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
    assertEquals(bed.alice.aci().toString(), message.getString("sourceUuid"));
    assertEquals(null, message.getString("source"));
    assertEquals(1, message.getInteger("sourceDevice"));
    assertEquals(base64("to 1"), message.getString("content"));
    assertTrue(message.getLong("serverTimestamp") > 1_700_000_000_000L);
    String byGuid = "/v1/messages/uuid/" + message.getString("guid");
    assertAnswer(204, null, bed.call("DELETE", byGuid, bed.aliceOne()));
    assertEquals(1, bed.poll().size());
    assertAnswer(204, null, bed.call("DELETE", byGuid, bed.bobOne()));
    assertAnswer(204, null, bed.call("DELETE", byGuid, bed.bobOne()));
    assertEquals(0, bed.poll().size());
    bed.assertRefused(
        ErrorCode.MALFORMED_ID, () -> bed.call("DELETE", "/v1/messages/uuid/5", bed.bobOne()));
  }

  @Test
  void aMessageIsDeletedBySourceAndTimestamp() {
    bed.put(BOB.text(), toBoth());
    bed.put(BOB.text(), toBoth().put("timestamp", 5));
    bed.put(BOB.text(), toBoth().put("timestamp", 6));
    assertAnswer(
        204, null, bed.call("DELETE", "/v1/messages/" + ALICE.text() + "/5", bed.bobOne()));
    assertAnswer(
        204, null, bed.call("DELETE", "/v1/messages/" + bed.alice.aci() + "/6", bed.bobOne()));
    assertAnswer(
        204, null, bed.call("DELETE", "/v1/messages/" + bed.alice.aci() + "/7", bed.bobOne()));
    assertEquals(1, bed.poll().size());
    for (String timestamp : List.of("x", "-1", "+1", "99999999999999999999")) {
      bed.assertRefused(
          ErrorCode.MALFORMED_ID,
          () ->
              bed.call(
                  "DELETE", "/v1/messages/" + bed.alice.aci() + "/" + timestamp, bed.bobOne()));
    }
  }

  @Test
  void aReceiptIs200AndOfType5AndForNobody404() {
    assertAnswer(200, null, bed.call("PUT", "/v1/receipt/" + BOB.text() + "/123", bed.aliceOne()));
    JsonObject receipt = bed.poll().getJsonObject(0);
    assertEquals(5, receipt.getInteger("type"));
    assertEquals(123, receipt.getLong("timestamp"));
    assertEquals(ALICE.text(), receipt.getString("source"));
    bed.assertRefused(
        ErrorCode.NO_SUCH_ACCOUNT,
        () -> bed.call("PUT", "/v1/receipt/" + UUID.randomUUID() + "/123", bed.aliceOne()));
    bed.assertRefused(
        ErrorCode.NO_SUCH_ACCOUNT,
        () -> bed.call("PUT", "/v1/receipt/+15550999/123", bed.aliceOne()));
    bed.assertRefused(
        ErrorCode.MALFORMED_ID,
        () -> bed.call("PUT", "/v1/receipt/" + BOB.text() + "/x", bed.aliceOne()));
  }
}
