package io.restante.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.InvalidProtocolBufferException;
import io.restante.testing.EventLoop;
import io.restante.testing.GatewayExtension;
import io.restante.testing.client.Ask;
import io.restante.testing.client.ClientSocket;
import io.restante.testing.client.Incoming;
import io.restante.testing.client.Outgoing;
import io.restante.testing.client.Phone;
import io.restante.testing.wire.Wire.WireEnvelope;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One push that carries it all: what sleeping devices get, of gateways that run for real. */
class PushesIT {
  private static final Operator OPERATOR = new Operator();

  /** Neither passes by itself in a test, however long the machine stands still. */
  private static final int GRACE_MS = 600_000;

  private static final int LEAVE_MS = 1_800_000;

  @RegisterExtension
  static final GatewayExtension gateways =
      new GatewayExtension(2)
          .with("push.webhook.url", OPERATOR.url())
          .with("push.webhook.secret", Operator.SECRET)
          // What the operator answers late would be pushed again.
          .with("push.webhook.timeout-ms", "60000")
          .with("push.lease-ms", "600000")
          // Below what any message leaves, so that no second push comes between.
          .with("prekey.low-stock", "2")
          .with("push.ack-grace-ms", "" + GRACE_MS)
          .with("push.leave-delay-ms", "" + LEAVE_MS);

  private Cast here;
  private Cast there;
  private Phone alice;
  private Phone bob;

  @AfterAll
  static void closeOperator() {
    OPERATOR.close();
  }

  @BeforeEach
  void begin() {
    here = new Cast(gateways.publicUrl());
    there = new Cast(gateways.gateway(1).publicUrl());
    alice = here.phone();
    bob = here.phoneWithKeys(3);
    bob.ask(Ask.put("/v1/accounts/attributes", bob.attributes().put("fetchesMessages", false)))
        .expect(204);
  }

  @AfterEach
  void end() {
    here.close();
    there.close();
  }

  private List<JsonObject> pushes() {
    return OPERATOR.pushesTo(bob.aci());
  }

  private JsonObject push(int number) {
    EventLoop.until("push " + number, () -> pushes().size() > number);
    return pushes().get(number);
  }

  private static WireEnvelope envelope(JsonObject push) throws InvalidProtocolBufferException {
    return WireEnvelope.parseFrom(Base64.getDecoder().decode(push.getString("envelope")));
  }

  private OwedPushes owed() {
    return new OwedPushes(gateways.redis(), bob.aci());
  }

  private void awaitNobodyListens() {
    String bell = "{" + bob.aci() + "}:bell:1";
    EventLoop.until(
        "nobody listens",
        () -> List.of(bell, 0L).equals(gateways.redis().command("PUBSUB", "SHARDNUMSUB", bell)));
  }

  private void quietly(String text) {
    byte[] content = text.getBytes(StandardCharsets.US_ASCII);
    Ask ask = Outgoing.sending(bob.aci(), 1, List.of(new Outgoing(6, 1, 0, content)));
    alice
        .ask(
            Ask.put(
                ask.path(),
                new JsonObject(Buffer.buffer(Objects.requireNonNull(ask.body())))
                    .put("urgent", false)))
        .expect(200);
  }

  @Test
  void aSleepingDeviceHasTheMessageInItsPushAndAcksItByItsGuid() throws Exception {
    alice.send(bob.peer(), "hello");
    JsonObject push = push(0);
    assertTrue(push.getBoolean("urgent"));
    assertEquals(1, push.getInteger("device"));
    WireEnvelope envelope = envelope(push);
    assertEquals("hello", bob.decrypt(envelope));
    bob.ask(Ask.delete("/v1/messages/uuid/" + envelope.getServerGuid())).expect(204);
    here.connect(bob).awaitQueueEmpty();
    owed().awaitNone();
    assertEquals(1, pushes().size());
  }

  @Test
  void aDeviceThatListensAndAcksIsNotPushed() {
    ClientSocket socket = there.connect(bob);
    socket.awaitQueueEmpty();
    alice.send(bob.peer(), "hello");
    assertEquals("hello", bob.decrypt(socket.take()));
    owed().awaitNone();
    assertEquals(List.of(), pushes());
  }

  @Test
  void aDeviceThatListensAndDoesNotAckIsPushedAfterAMoment() throws Exception {
    ClientSocket socket = there.connect(bob);
    socket.awaitQueueEmpty();
    alice.send(bob.peer(), "hello");
    Incoming unacked = socket.nextMessage();
    owed().assertDueWithin(GRACE_MS);
    assertEquals(List.of(), pushes());
    owed().comeDue();
    WireEnvelope envelope = envelope(push(0));
    assertEquals(unacked.envelope().getServerGuid(), envelope.getServerGuid());
    assertEquals(unacked.envelope(), envelope);
  }

  @Test
  void aDeviceThatLeftMailBehindIsWoken() {
    quietly("not urgent");
    JsonObject word = push(0);
    ClientSocket socket = here.connect(bob);
    socket.nextMessage();
    socket.close();
    owed().awaitOnly('l');
    owed().assertDueWithin(LEAVE_MS);
    awaitNobodyListens();
    owed().comeDue();
    JsonObject again = push(1);
    for (JsonObject push : List.of(word, again)) {
      assertFalse(push.getBoolean("urgent"));
      assertFalse(push.containsKey("envelope"));
    }
  }

  @Test
  void aDeviceThatLeftNothingIsNotWoken() {
    ClientSocket socket = here.connect(bob);
    socket.awaitQueueEmpty();
    socket.close();
    String sockets = "restante_sockets_open{kind=\"device\"}";
    EventLoop.until("its end is noticed", () -> gateways.metric(sockets) == 0);
    assertEquals(List.of(), owed().kinds());
    assertEquals(List.of(), pushes());
  }

  @Test
  void ofMailThatIsNotUrgentThereIsOneWord() {
    quietly("one");
    push(0);
    quietly("two");
    quietly("three");
    assertFalse(push(0).containsKey("envelope"));
    alice.send(bob.peer(), "urgent");
    assertTrue(push(1).containsKey("envelope"));
    assertEquals(2, pushes().size());
  }

  @Test
  void aDeviceThatFetchesItsMessagesIsOnlyWoken() {
    bob.ask(Ask.put("/v1/accounts/attributes", bob.attributes().put("fetchesMessages", true)))
        .expect(204);
    alice.send(bob.peer(), "hello");
    assertFalse(push(0).containsKey("envelope"));
    assertTrue(push(0).getBoolean("urgent"));
  }

  @Test
  void aDeviceWhosePrekeysRunLowIsWoken() {
    alice.fetch(bob.peer());
    alice.fetch(bob.peer());
    JsonObject word = push(0);
    assertFalse(word.getBoolean("urgent"));
    assertFalse(word.containsKey("envelope"));
  }
}
