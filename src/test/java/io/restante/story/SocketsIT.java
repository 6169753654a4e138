package io.restante.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.testing.GatewayExtension;
import io.restante.testing.client.Answer;
import io.restante.testing.client.Ask;
import io.restante.testing.client.Bundle;
import io.restante.testing.client.ClientSocket;
import io.restante.testing.client.Incoming;
import io.restante.testing.client.Outgoing;
import io.restante.testing.client.Phone;
import io.restante.testing.client.Refusal;
import io.restante.testing.wire.Wire.WireEnvelope;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The life of a socket: what waits, acks, displacement, revocation, and requests through it. */
class SocketsIT {
  /** By the signal: without it what is cached would hold for 50 s. */
  private static final long REVOKED_WITHIN_MS = 15_000;

  private static final int MESSAGE_BYTES = 512 * 1024;

  @RegisterExtension static final GatewayExtension gateway = new GatewayExtension();

  @RegisterExtension
  static final GatewayExtension limited =
      new GatewayExtension()
          .with("limits.enabled", "true")
          .with("mailbox.displacements-window-ms", "600000");

  private Cast cast;

  @BeforeEach
  void begin() {
    cast = new Cast(gateway.publicUrl());
  }

  @AfterEach
  void end() {
    cast.close();
  }

  private static List<Incoming> messages(ClientSocket socket, int count) {
    return IntStream.range(0, count).mapToObj(i -> socket.nextMessage()).toList();
  }

  @Test
  void whatIsNotAckedComesAgainAsItWasAndWhatIsAckedIsGone() {
    Phone bob = cast.phoneWithKeys(1);
    Phone alice = cast.phone();
    List.of("one", "two", "three").forEach(text -> alice.send(bob.peer(), text));

    ClientSocket first = cast.connect(bob);
    List<Incoming> before = messages(first, 3);
    first.awaitQueueEmpty();
    first.ack(before.get(1));
    // An answer to a later request says that the ack before it has been read.
    first.ask(Ask.get("/v1/keepalive")).expect(200);
    Cast.awaitMail(gateway.redis(), bob, 2);
    first.close();

    ClientSocket second = cast.connect(bob);
    List<Incoming> again = messages(second, 2);
    second.awaitQueueEmpty();
    assertEquals(before.get(0).envelope(), again.get(0).envelope());
    assertEquals(before.get(2).envelope(), again.get(1).envelope());
    again.forEach(second::ack);
    second.ask(Ask.get("/v1/keepalive")).expect(200);
    Cast.awaitMail(gateway.redis(), bob, 0);
    second.close();

    cast.connect(bob).awaitQueueEmpty();
    assertEquals("one", bob.decrypt(before.get(0).envelope()));
    assertEquals("two", bob.decrypt(before.get(1).envelope()));
    assertEquals("three", bob.decrypt(again.get(1).envelope()));
  }

  @Test
  void aLostConnectionLosesNothing() {
    Phone bob = cast.phoneWithKeys(1);
    Phone alice = cast.phone();
    for (int i = 0; i < 30; i++) {
      alice.send(bob.peer(), "text " + i);
    }
    List<WireEnvelope> first = new ArrayList<>();
    ClientSocket lost = cast.connect(bob);
    for (int i = 0; i < 10; i++) {
      first.add(lost.nextMessage().envelope());
    }
    lost.drop();
    ClientSocket found = cast.connect(bob);
    Set<String> guids = new HashSet<>();
    for (int i = 0; i < 30; i++) {
      WireEnvelope envelope = found.take();
      assertTrue(i >= 10 || envelope.equals(first.get(i)));
      assertTrue(guids.add(envelope.getServerGuid()));
      assertEquals("text " + i, bob.decrypt(envelope));
    }
    found.awaitQueueEmpty();
  }

  @Test
  void theEndOfTheQueueIsToldOnceAfterWhatWaited() {
    Phone bob = cast.phoneWithKeys(1);
    Phone alice = cast.phone();
    alice.send(bob.peer(), "waited");
    ClientSocket toBob = cast.connect(bob);
    toBob.take();
    Incoming end = toBob.next();
    assertTrue(end.isQueueEmpty());
    toBob.answer(end, 400);
    for (int i = 0; i < 5; i++) {
      alice.send(bob.peer(), "live " + i);
      Incoming next = toBob.nextMessage();
      assertEquals(
          List.of(
              "X-Signal-Key: false", "X-Signal-Timestamp: " + next.envelope().getServerTimestamp()),
          next.headers());
      toBob.ack(next);
    }
    toBob.ask(Ask.get("/v1/keepalive")).expect(200);
    assertEquals(0, toBob.unread());
  }

  @Test
  void aSecondSocketOfADeviceDisplacesTheFirst() {
    Phone bob = cast.phoneWithKeys(1);
    Phone alice = cast.phone();
    alice.send(bob.peer(), "for whom?");
    ClientSocket first = cast.connect(bob);
    Incoming unacked = first.nextMessage();
    ClientSocket second = cast.connect(bob);
    assertEquals(4409, first.closeCode());
    assertEquals(unacked.envelope(), second.take());
    second.awaitQueueEmpty();
    alice.send(bob.peer(), "for the second");
    second.take();
  }

  /** Opens one socket more after the other, and is left with the last. */
  private static ClientSocket displace(Cast whose, Phone phone, int times) {
    ClientSocket last = whose.connect(phone);
    last.awaitQueueEmpty();
    for (int displaced = 0; displaced < times; displaced++) {
      ClientSocket next = whose.connect(phone);
      assertEquals(4409, last.closeCode());
      last = next;
      // Only now it is a session: of two that begin at once either may be the later one.
      last.awaitQueueEmpty();
    }
    return last;
  }

  @Test
  void twoClientsWithOneCredentialCannotChaseEachOtherForEver() {
    try (Cast chased = new Cast(limited.publicUrl())) {
      Phone bob = chased.phone();
      ClientSocket last = displace(chased, bob, 3);
      ClientSocket.Refused refused =
          assertThrows(ClientSocket.Refused.class, () -> chased.connect(bob));
      assertEquals(429, refused.status());
      last.ask(Ask.get("/v1/keepalive")).expect(200);
    }
  }

  @Test
  void withoutLimitsTheyMay() {
    displace(cast, cast.phone(), 5).ask(Ask.get("/v1/keepalive")).expect(200);
  }

  @Test
  void wrongCredentialsAreRefusedAtTheUpgrade() {
    Phone bob = cast.phone();
    Phone other = cast.phone();
    String url = gateway.publicUrl();
    for (Phone wrong : List.of(bob.furtherDevice(1), bob.furtherDevice(2), cast.stranger())) {
      ClientSocket.Refused refused =
          assertThrows(
              ClientSocket.Refused.class,
              () -> ClientSocket.open(url, "/v1/websocket/", wrong.authorization()));
      assertEquals(403, refused.status());
    }
    String query = "/v1/websocket/?login=" + other.aci() + "&password=" + other.password();
    try (ClientSocket byQuery = ClientSocket.open(url, query, null)) {
      byQuery.awaitQueueEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"+", "%2B"})
  void aPlusInTheQueryIsAPlusAndAnUnansweredEndOfTheQueueHoldsNothingUp(String plus) {
    Phone bob = cast.phoneWithKeys(1);
    Phone alice = cast.phone();
    String number = plus + bob.handle().substring(1);
    String query = "/v1/websocket/?login=" + number + "&password=" + bob.password();
    try (ClientSocket byNumber = ClientSocket.open(gateway.publicUrl(), query, null)) {
      assertTrue(byNumber.next().isQueueEmpty());
      for (String text : List.of("one", "two", "three")) {
        alice.send(bob.peer(), text);
        assertEquals(text, bob.decrypt(byNumber.take()));
      }
    }
    ClientSocket.Refused refused =
        assertThrows(
            ClientSocket.Refused.class,
            () -> ClientSocket.open(gateway.publicUrl(), query + "x", null));
    assertEquals(403, refused.status());
  }

  @Test
  void deletingTheAccountEndsItsSocketAtOnceAndItsCredentials() {
    Phone bob = cast.phoneWithKeys(1);
    Phone alice = cast.phone();
    alice.send(bob.peer(), "too late");
    ClientSocket toBob = cast.connect(bob);
    toBob.nextMessage();
    bob.ask(Ask.delete("/v1/accounts/me")).expect(204);
    assertRevoked(toBob);
    bob.ask(Ask.get("/v1/accounts/whoami")).expect(401);
    assertThrows(ClientSocket.Refused.class, () -> cast.connect(bob));
    alice.ask(Phone.fetching(bob.peer())).expect(404);
    alice.ask(alice.sending(bob.peer(), "gone")).expect(404);
  }

  private static void assertRevoked(ClientSocket socket) {
    long answered = System.nanoTime();
    assertEquals(4401, socket.closeCode());
    long tookMs = (System.nanoTime() - answered) / 1_000_000;
    assertTrue(tookMs < REVOKED_WITHIN_MS, "took " + tookMs + " ms");
  }

  @Test
  void aNewPhoneOfTheSameNumberKeepsTheAccountAndEndsTheOldPhonesSocket() {
    Phone old = cast.phoneWithKeys(2);
    Phone alice = cast.phone();
    alice.send(old.peer(), "to the old keys");
    ClientSocket toOld = cast.connect(old);
    toOld.nextMessage();
    Phone renewed = anotherPhoneOf(old).register();
    assertRevoked(toOld);
    assertEquals(old.aci(), renewed.aci());
    assertEquals(old.pni(), renewed.pni());
    old.ask(Ask.get("/v1/accounts/whoami")).expect(401);
    assertEquals(0, renewed.stock().ec());
    cast.connect(renewed).awaitQueueEmpty();

    Answer stale = alice.ask(alice.sending(renewed.peer(), "still to the old keys"));
    assertEquals("{\"staleDevices\":[1]}", stale.expect(410).text());
    Bundle renewedBundle = alice.fetch(renewed.peer());
    assertThrows(Refusal.class, () -> alice.startSession(renewed.peer(), renewedBundle));
    alice.acceptIdentity(renewed.peer(), renewedBundle);
    alice.startSession(renewed.peer(), renewedBundle);
    alice.ask(alice.sending(renewed.peer(), "to the new keys")).expect(200);
    assertEquals("to the new keys", renewed.decrypt(cast.connect(renewed).take()));
  }

  /** With another registration id: one in 16,380 has the same by chance. */
  private Phone anotherPhoneOf(Phone old) {
    Phone another = new Phone(cast.http(), old.handle());
    while (another.aciKeys().registrationId() == old.aciKeys().registrationId()) {
      another = new Phone(cast.http(), old.handle());
    }
    return another;
  }

  @Test
  void bothKindsOfSocketKeepAlive() {
    cast.connect(cast.phone()).ask(Ask.get("/v1/keepalive")).expect(200);
    cast.connectAnonymously().ask(Ask.get("/v1/keepalive")).expect(200);
  }

  @Test
  void requestsThroughASocketAreAnsweredAsOverHttp() {
    Phone bob = cast.phoneWithKeys(1);
    ClientSocket toBob = cast.connect(bob);
    for (Ask ask :
        List.of(
            Ask.get("/v1/accounts/whoami"),
            Ask.get("/v1/devices"),
            Ask.get("/v2/keys"),
            Ask.get("/v2/keys/signed"),
            Ask.get("/v2/keys/" + bob.aci() + "/9"),
            Ask.get("/v1/profile/" + bob.aci()),
            Ask.get("/v1/nothing"),
            Ask.delete("/v1/accounts/whoami"),
            Ask.put("/v2/keys", new JsonObject().put("preKeys", "none")),
            Ask.put("/v1/messages/" + bob.aci(), new JsonObject()),
            new Ask(
                "PUT",
                "/v2/keys",
                java.util.Map.of("Content-Type", "application/json"),
                new byte[] {'{'}))) {
      Answer http = bob.ask(ask);
      Answer tunnel = toBob.ask(ask);
      String what = ask.method() + " " + ask.path();
      assertEquals(http.status(), tunnel.status(), what);
      assertEquals(http.text(), tunnel.text(), what);
      assertEquals(http.header("Content-Type"), tunnel.header("Content-Type"), what);
      assertNotNull(http.header("X-Signal-Timestamp"), what);
      assertNotNull(tunnel.header("X-Signal-Timestamp"), what);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/accounts/whoami", "/v2/keys", "/v1/devices", "/v1/keepalive"})
  void aTrailingSlashMeansTheSamePath(String path) {
    Phone bob = cast.phone();
    ClientSocket toBob = cast.connect(bob);
    String plain = bob.ask(Ask.get(path)).expect(200).text();
    assertEquals(plain, bob.ask(Ask.get(path + "/")).expect(200).text());
    assertEquals(plain, toBob.ask(Ask.get(path + "/")).expect(200).text());
  }

  @Test
  void anAnonymousSocketFetchesAndSendsByAccessKeyAndDoesNothingElse() {
    Phone bob = cast.phoneWithKeys(1);
    Phone alice = cast.phone();
    ClientSocket nobody = cast.connectAnonymously();
    String key = bob.accessKey();
    Ask fetch = Phone.fetching(bob.peer());
    nobody.ask(fetch).expect(401);
    alice.startSession(
        bob.peer(), Phone.bundle(nobody.ask(fetch.with("Unidentified-Access-Key", key))));
    Outgoing sealed = alice.encrypt(bob.peer(), "psst").asSealed();
    Ask send = Outgoing.sending(bob.aci(), 1, List.of(sealed));
    nobody.ask(send).expect(401);
    nobody.ask(send.with("Unidentified-Access-Key", alice.accessKey())).expect(401);
    nobody.ask(send.with("Unidentified-Access-Key", key)).expect(200);
    assertEquals(Outgoing.SEALED_SENDER, cast.connect(bob).take().getType());
    nobody.ask(Ask.get("/v1/accounts/whoami")).expect(401);
    nobody.ask(Ask.get("/v2/keys")).expect(401);
  }

  @Test
  void aMessageOf512KibibytesIsTakenWholeAndInFragments() {
    Phone bob = cast.phone();
    ClientSocket toBob = cast.connect(bob);
    Ask ask = Ask.put("/v2/keys", new JsonObject());
    int room = MESSAGE_BYTES - ClientSocket.messageBytes(ask) - 100;
    while (ClientSocket.messageBytes(ask) < MESSAGE_BYTES) {
      // Unknown fields are ignored.
      ask = Ask.put("/v2/keys", new JsonObject().put("padding", "x".repeat(room++)));
    }
    assertEquals(MESSAGE_BYTES, ClientSocket.messageBytes(ask));
    toBob.ask(ask).expect(204);
    toBob.send(ask, 10_000).join().expect(204);
    toBob.ask(Ask.get("/v1/keepalive")).expect(200);
  }

  @Test
  void manyRequestsOfOneSocketAreEachAnsweredOnce() {
    Phone bob = cast.phone();
    ClientSocket toBob = cast.connect(bob);
    List<Answer> answers = Cast.many(300, i -> toBob.ask(Ask.get("/v1/accounts/whoami")));
    answers.forEach(answer -> assertEquals(bob.aci(), answer.expect(200).json().getString("uuid")));
  }
}
