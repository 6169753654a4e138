package io.restante.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.testing.GatewayExtension;
import io.restante.testing.client.Answer;
import io.restante.testing.client.Ask;
import io.restante.testing.client.ClientSocket;
import io.restante.testing.client.Outgoing;
import io.restante.testing.client.Phone;
import io.restante.testing.wire.Wire.WireEnvelope;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a send is answered, and that what is not answered 200 leaves nothing. */
class SendsIT {
  private static final int CONTENT_BYTES_MAX = 256 * 1024;

  @RegisterExtension static final GatewayExtension gateway = new GatewayExtension();

  private Cast cast;
  private Phone alice;
  private Phone bob;
  private Outgoing message;

  @BeforeEach
  void begin() {
    cast = new Cast(gateway.publicUrl());
    alice = cast.phone();
    bob = cast.phoneWithKeys(1);
    alice.startSession(bob.peer(), alice.fetch(bob.peer()));
    message = alice.encrypt(bob.peer(), "hello");
  }

  @AfterEach
  void end() {
    cast.close();
  }

  private Answer send(Outgoing... messages) {
    return alice.ask(Outgoing.sending(bob.aci(), 1, List.of(messages)));
  }

  private static JsonObject devices(String json) {
    return new JsonObject(json.replace('\'', '"'));
  }

  private void assertNothingWaits() {
    cast.connect(bob).awaitQueueEmpty();
  }

  @Test
  void missingAndExtraDevicesAreNamed() {
    assertEquals(devices("{'missingDevices':[1],'extraDevices':[]}"), send().expect(409).json());
    assertEquals(
        devices("{'missingDevices':[],'extraDevices':[2]}"),
        send(message, message.to(2, 5)).expect(409).json());
    assertEquals(
        devices("{'missingDevices':[1],'extraDevices':[2,3]}"),
        send(message.to(3, 5), message.to(2, 5)).expect(409).json());
    assertNothingWaits();
  }

  @Test
  void aDeviceInstalledAnewIsNamedStale() {
    int other = message.registrationId() % 16_380 + 1;
    assertEquals(devices("{'staleDevices':[1]}"), send(message.to(1, other)).expect(410).json());
    assertNothingWaits();
    assertFalse(send(message).expect(200).json().getBoolean("needsSync"));
    assertEquals("hello", bob.decrypt(cast.connect(bob).take()));
  }

  @Test
  void aLinkedDeviceIsMissedAndThenServedWithAllOthersOrNoneIs() {
    Phone tablet = bob.link();
    tablet.refill(1);
    assertEquals(
        devices("{'missingDevices':[2],'extraDevices':[]}"), send(message).expect(409).json());
    alice.startSession(tablet.peer(), alice.fetch(tablet.peer()));
    Outgoing second = alice.encrypt(tablet.peer(), "hello, tablet");
    int other = second.registrationId() % 16_380 + 1;
    assertEquals(
        devices("{'staleDevices':[2]}"), send(message, second.to(2, other)).expect(410).json());
    ClientSocket toBob = cast.connect(bob);
    toBob.awaitQueueEmpty();
    ClientSocket toTablet = cast.connect(tablet);
    toTablet.awaitQueueEmpty();
    send(message, second).expect(200);
    assertEquals("hello", bob.decrypt(toBob.take()));
    assertEquals("hello, tablet", tablet.decrypt(toTablet.take()));

    bob.ask(Ask.delete("/v1/devices/2")).expect(204);
    assertEquals(4401, toTablet.closeCode());
    tablet.ask(Ask.get("/v1/accounts/whoami")).expect(401);
    assertEquals(
        devices("{'missingDevices':[],'extraDevices':[2]}"),
        send(message, second).expect(409).json());
  }

  @Test
  void everyDeviceOfAnAccountIsFetchedAtOnce() {
    Phone tablet = bob.link();
    bob.refill(1);
    tablet.refill(1);
    Answer answer = alice.ask(Ask.get("/v2/keys/" + bob.aci() + "/*"));
    assertEquals(
        List.of(1, 2), Phone.bundles(answer).stream().map(bundle -> bundle.device()).toList());
    Phone.bundles(answer).forEach(bundle -> assertTrue(bundle.preKeyId() != null));
  }

  @Test
  void aMessageToOnesOwnAccountGoesToTheOtherDevicesOnly() {
    Phone tablet = bob.link();
    tablet.refill(1);
    bob.startSession(tablet.peer(), bob.fetch(tablet.peer()));
    Outgoing note = bob.encrypt(tablet.peer(), "note to self");
    bob.ask(Outgoing.sending(bob.aci(), 1, List.of(note))).expect(200);
    WireEnvelope envelope = cast.connect(tablet).take();
    assertEquals(bob.aci(), envelope.getSourceServiceId());
    assertEquals("note to self", tablet.decrypt(envelope));
    assertNothingWaits();
  }

  @Test
  void nobodyGetsWhatIsSentToNobody() {
    Ask send = Outgoing.sending(UUID.randomUUID().toString(), 1, List.of(message));
    alice.ask(send).expect(404);
    alice.ask(Phone.fetching(cast.stranger().furtherDevice(1).peer())).expect(400);
  }

  @Test
  void theLargestMessageArrivesAndALargerOneIsRefused() {
    byte[] largest = new byte[CONTENT_BYTES_MAX];
    Arrays.fill(largest, (byte) 7);
    Outgoing large = new Outgoing(Outgoing.CIPHERTEXT, 1, message.registrationId(), largest);
    ClientSocket toBob = cast.connect(bob);
    toBob.awaitQueueEmpty();
    send(large).expect(200);
    assertEquals(CONTENT_BYTES_MAX, toBob.take().getContent().size());
    byte[] larger = new byte[CONTENT_BYTES_MAX + 1];
    send(new Outgoing(Outgoing.CIPHERTEXT, 1, message.registrationId(), larger)).expect(413);
  }

  @Test
  void anOnlineMessageReachesALiveSocketOrNothing() {
    send(true);
    ClientSocket toBob = cast.connect(bob);
    toBob.awaitQueueEmpty();
    send(true);
    WireEnvelope envelope = toBob.take();
    assertTrue(envelope.getEphemeral());
    assertEquals("hello", bob.decrypt(envelope));
    toBob.close();
    assertNothingWaits();
  }

  private void send(boolean online) {
    Ask plain = Outgoing.sending(bob.aci(), 1, List.of(message));
    JsonObject body = new JsonObject(Buffer.buffer(Objects.requireNonNull(plain.body())));
    alice.ask(Ask.put(plain.path(), body.put("online", online))).expect(200);
  }
}
