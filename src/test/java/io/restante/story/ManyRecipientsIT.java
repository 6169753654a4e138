package io.restante.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.testing.GatewayExtension;
import io.restante.testing.client.Answer;
import io.restante.testing.client.Ask;
import io.restante.testing.client.ClientSocket;
import io.restante.testing.client.Phone;
import io.restante.testing.client.SealedSender;
import io.restante.testing.wire.Wire.WireEnvelope;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One sealed message of libsignal to a group of accounts, encrypted once. */
class ManyRecipientsIT {
  private static final String PATH = "/v1/messages/multi_recipient?ts=1700000000000";
  private static final String ACCESS_KEY = "Unidentified-Access-Key";

  @RegisterExtension
  static final GatewayExtension gateway =
      new GatewayExtension()
          .with("mailbox.message-max-bytes", "4096")
          .with("mailbox.envelopes-max", "3")
          .with("mailbox.recipients-max", "3");

  private final Cast cast = new Cast(gateway.publicUrl());
  private final SealedSender sealed = new SealedSender();
  private Phone alice;
  private Phone bob;
  private Phone bobsTablet;
  private Phone carol;

  @BeforeEach
  void meet() {
    alice = cast.phone();
    bob = cast.phoneWithKeys(2);
    bobsTablet = bob.link();
    bobsTablet.refill(2);
    carol = cast.phoneWithKeys(2);
    for (Phone peer : group()) {
      alice.startSession(peer.peer(), alice.fetch(peer.peer()));
    }
  }

  private List<Phone> group() {
    return List.of(bob, bobsTablet, carol);
  }

  private static Ask to(String path, byte[] body) {
    return new Ask(
        "PUT", path, Map.of("Content-Type", "application/vnd.signal-messenger.mrm"), body);
  }

  /** The access keys of Bob and Carol, put together. */
  private String accessKeys() {
    byte[] combined = Base64.getDecoder().decode(bob.accessKey());
    byte[] carols = Base64.getDecoder().decode(carol.accessKey());
    for (int i = 0; i < combined.length; i++) {
      combined[i] ^= carols[i];
    }
    return Base64.getEncoder().encodeToString(combined);
  }

  private Answer anonymously(byte[] message, String accessKey) {
    return cast.http().send(to(PATH, message).with(ACCESS_KEY, accessKey)).join();
  }

  private int waiting(Phone phone) {
    JsonObject page = phone.ask(Ask.get("/v1/messages")).expect(200).json();
    return page.getJsonArray("messages").size();
  }

  @Test
  void everyDeviceOfEveryAccountOpensWhatWasEncryptedOnce() {
    try (cast) {
      byte[] message = sealed.sealForAll(alice, group(), "to all of you");
      JsonObject taken = anonymously(message, accessKeys()).expect(200).json();
      assertEquals(new JsonArray(), taken.getJsonArray("uuids404"));
      for (Phone member : group()) {
        ClientSocket socket = cast.connect(member);
        WireEnvelope envelope = socket.take();
        assertEquals(6, envelope.getType());
        assertEquals(1_700_000_000_000L, envelope.getTimestamp());
        assertFalse(envelope.hasSourceServiceId());
        SealedSender.Opened opened =
            sealed.open(member, envelope.getContent().toByteArray(), envelope.getTimestamp());
        assertEquals("to all of you", opened.text());
        assertEquals(alice.peer(), opened.from());
      }
    }
  }

  @Test
  void devicesThatASenderNamesApartAreOneRecipients() {
    List<Phone> apart = List.of(bob, carol, bobsTablet);
    byte[] message = sealed.sealForAll(alice, apart, "in any order");
    assertEquals(3, message[1], "entries, of which two are Bob's");
    anonymously(message, accessKeys()).expect(200);
    for (Phone member : apart) {
      assertEquals(1, waiting(member));
      try (ClientSocket socket = cast.connect(member)) {
        WireEnvelope envelope = socket.take();
        byte[] content = envelope.getContent().toByteArray();
        assertEquals("in any order", sealed.open(member, content, envelope.getTimestamp()).text());
      }
    }
  }

  @Test
  void aMissingDeviceOfOneAccountKeepsItFromAll() {
    byte[] message = sealed.sealForAll(alice, List.of(bob, carol), "not yet");
    JsonArray wrong = new JsonArray(anonymously(message, accessKeys()).expect(409).text());
    JsonObject devices =
        new JsonObject()
            .put("missingDevices", new JsonArray().add(2))
            .put("extraDevices", new JsonArray());
    assertEquals(
        new JsonArray().add(new JsonObject().put("uuid", bob.aci()).put("devices", devices)),
        wrong);
    assertEquals(0, waiting(carol));
  }

  @Test
  void aStaleDeviceOfOneAccountKeepsItFromAll() {
    byte[] message = sealed.sealForAll(alice, group(), "to the old one");
    JsonObject other = carol.attributes();
    int registration = other.getInteger("registrationId") % 16_000 + 1;
    carol
        .ask(Ask.put("/v1/accounts/attributes", other.put("registrationId", registration)))
        .expect(204);
    JsonArray stale = new JsonArray(anonymously(message, accessKeys()).expect(410).text());
    JsonObject devices = new JsonObject().put("staleDevices", new JsonArray().add(1));
    assertEquals(
        new JsonArray().add(new JsonObject().put("uuid", carol.aci()).put("devices", devices)),
        stale);
    assertEquals(0, waiting(bob));
  }

  @Test
  void aWrongKeyAndAnUnknownAccountAreRefusedAlike() {
    byte[] message = sealed.sealForAll(alice, group(), "who may?");
    String right = accessKeys();
    anonymously(message, bob.accessKey()).expect(401);
    cast.http().send(to(PATH, message)).join().expect(401);
    carol.ask(Ask.delete("/v1/accounts/me")).expect(204);
    anonymously(message, right).expect(401);
    anonymously(message, bob.accessKey()).expect(401);
    assertEquals(0, waiting(bob));
  }

  @Test
  void aSenderWithCredentialsIsToldWhomThereIsNoMore() {
    byte[] message = sealed.sealForAll(alice, group(), "who is left?");
    carol.ask(Ask.delete("/v1/accounts/me")).expect(204);
    JsonObject taken = alice.ask(to(PATH, message)).expect(200).json();
    assertEquals(new JsonArray().add(carol.aci()), taken.getJsonArray("uuids404"));
    assertEquals(1, waiting(bob));
    assertEquals(1, waiting(bobsTablet));
  }

  @Test
  void aFullMailboxIsToldAndOnlineMessagesLeaveNothing() {
    byte[] message = sealed.sealForAll(alice, group(), "again");
    alice.ask(to(PATH + "&online=true", message)).expect(200);
    assertEquals(0, waiting(bob));
    for (int i = 0; i < 3; i++) {
      alice.ask(to(PATH, message)).expect(200);
    }
    assertEquals("mailbox_full", alice.ask(to(PATH, message)).expect(507).json().getString("code"));
  }

  @Test
  void aFullMailboxOfOneKeepsItFromAll() {
    byte[] forCarol = sealed.sealForAll(alice, List.of(carol), "only you");
    for (int i = 0; i < 3; i++) {
      alice.ask(to(PATH, forCarol)).expect(200);
    }
    byte[] message = sealed.sealForAll(alice, group(), "to all of you");
    anonymously(message, accessKeys()).expect(507);
    alice.ask(to(PATH, message)).expect(507);
    assertEquals(0, waiting(bob));
    assertEquals(0, waiting(bobsTablet));
    // It is of no consequence for what leaves nothing.
    alice.ask(to(PATH + "&online=true", message)).expect(200);

    JsonObject page = carol.ask(Ask.get("/v1/messages")).expect(200).json();
    String guid = page.getJsonArray("messages").getJsonObject(0).getString("guid");
    carol.ask(Ask.delete("/v1/messages/uuid/" + guid)).expect(204);
    alice.ask(to(PATH, message)).expect(200);
    assertEquals(List.of(1, 1, 3), group().stream().map(this::waiting).toList());
  }

  @Test
  void whereAllAccountsTakeAnyKeyAnyKeyIsRight() {
    byte[] message = sealed.sealForAll(alice, group(), "to all of you");
    takesAnyKey(bob);
    String any =
        Base64.getEncoder().encodeToString("any key will do!".getBytes(StandardCharsets.US_ASCII));
    anonymously(message, any).expect(401);
    anonymously(message, carol.accessKey()).expect(200);
    takesAnyKey(carol);
    anonymously(message, any).expect(200);
    assertEquals(2, waiting(carol));
  }

  private static void takesAnyKey(Phone phone) {
    JsonObject attributes = phone.attributes().put("unrestrictedUnidentifiedAccess", true);
    phone.ask(Ask.put("/v1/accounts/attributes", attributes)).expect(204);
  }

  @Test
  void withoutATimestampItIsFromNow() {
    byte[] message = sealed.sealForAll(alice, group(), "now");
    long before = System.currentTimeMillis();
    alice.ask(to("/v1/messages/multi_recipient", message)).expect(200);
    JsonObject page = bob.ask(Ask.get("/v1/messages")).expect(200).json();
    long timestamp = page.getJsonArray("messages").getJsonObject(0).getLong("timestamp");
    assertTrue(before <= timestamp && timestamp <= System.currentTimeMillis());
    alice.ask(to("/v1/messages/multi_recipient?ts=soon", message)).expect(400);
  }

  @Test
  void whatIsNoSuchMessageIsRefusedByItsKind() {
    byte[] message = sealed.sealForAll(alice, group(), "x");
    alice.ask(to(PATH, new byte[] {0x23, 1, 0})).expect(400);
    byte[] large = new byte[message.length + 4096];
    System.arraycopy(message, 0, large, 0, message.length);
    alice.ask(to(PATH, large)).expect(413);
    byte[] many = message.clone();
    many[1] = 4;
    alice.ask(to(PATH, many)).expect(422);
  }
}
