package io.restante.story;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.testing.GatewayExtension;
import io.restante.testing.client.Ask;
import io.restante.testing.client.Bundle;
import io.restante.testing.client.ClientSocket;
import io.restante.testing.client.HttpChannel;
import io.restante.testing.client.Incoming;
import io.restante.testing.client.KeyRing;
import io.restante.testing.client.Outgoing;
import io.restante.testing.client.Peer;
import io.restante.testing.client.Phone;
import io.restante.testing.client.Refusal;
import io.restante.testing.client.SealedSender;
import io.restante.testing.client.Stock;
import io.restante.testing.wire.Wire.WireEnvelope;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.signal.libsignal.protocol.state.KyberPreKeyRecord;
import org.signal.libsignal.protocol.state.impl.InMemorySignalProtocolStore;

/** Alice and Bob, each with libsignal's keys and sessions. */
class ConversationIT {
  @RegisterExtension static final GatewayExtension gateway = new GatewayExtension();

  private Cast cast;

  @BeforeEach
  void begin() {
    cast = new Cast(gateway.publicUrl());
  }

  @AfterEach
  void end() {
    cast.close();
  }

  @Test
  void aMessageWaitsForItsReaderWhoAnswersIt() {
    Phone bob = cast.phoneWithKeys(100);
    assertEquals(new Stock(100, 100), bob.stock());
    Phone alice = cast.phone();
    long before = System.currentTimeMillis();
    alice.send(bob.peer(), "are you there?");

    ClientSocket toBob = cast.connect(bob);
    WireEnvelope waited = toBob.take();
    toBob.awaitQueueEmpty();
    assertEquals(Outgoing.PREKEY_BUNDLE, waited.getType());
    assertEquals(alice.peer(), new Peer(waited.getSourceServiceId(), waited.getSourceDevice()));
    assertEquals(bob.aci(), waited.getDestinationServiceId());
    assertEquals("are you there?", bob.decrypt(waited));
    assertEquals(new Stock(99, 99), bob.stock());
    assertTrue(waited.getUrgent());
    assertFalse(waited.getEphemeral() || waited.getStory() || waited.hasSourceE164());
    assertBetween(before, waited.getServerTimestamp(), System.currentTimeMillis());
    assertEquals(UUID.fromString(waited.getServerGuid()).toString(), waited.getServerGuid());

    ClientSocket toAlice = cast.connect(alice);
    toAlice.awaitQueueEmpty();
    toBob.ask(bob.sending(alice.peer(), "now I am")).expect(200);
    WireEnvelope live = toAlice.take();
    assertEquals(Outgoing.CIPHERTEXT, live.getType());
    assertEquals("now I am", alice.decrypt(live));
    toAlice.ask(alice.sending(bob.peer(), "good")).expect(200);
    assertEquals("good", bob.decrypt(toBob.take()));
  }

  /**
   * Redis' clock and this one are the same machine's; a read may fall into the next millisecond.
   */
  private static void assertBetween(long from, long value, long to) {
    assertTrue(value >= from - 1 && value <= to + 1, from + " <= " + value + " <= " + to);
  }

  @Test
  void aSessionIsPostQuantum() throws Exception {
    Phone bob = cast.phoneWithKeys(3);
    Phone alice = cast.phone();
    Bundle bundle = alice.fetch(bob.peer());
    int kyberId = bundle.pqPreKeyId();
    alice.startSession(bob.peer(), bundle);
    alice.ask(alice.sending(bob.peer(), "harvest this")).expect(200);
    WireEnvelope envelope = cast.connect(bob).take();

    InMemorySignalProtocolStore store = bob.aciKeys().store();
    KyberPreKeyRecord right = store.loadKyberPreKey(kyberId);
    assertArrayEquals(KeyRing.publicKey(right), bundle.pqPreKey().serialize());
    store.storeKyberPreKey(kyberId, store.loadKyberPreKey(bob.aciKeys().lastResort().getId()));
    Refusal refusal = assertThrows(Refusal.class, () -> bob.decrypt(envelope));
    assertEquals("InvalidMessageException", refusal.reason());
    assertFalse(store.hasKyberPreKeyBeenUsed(kyberId));

    store.storeKyberPreKey(kyberId, right);
    assertEquals("harvest this", bob.decrypt(envelope));
    assertTrue(store.hasKyberPreKeyBeenUsed(kyberId));
    assertFalse(
        store.containsPreKey(Objects.requireNonNull(bundle.preKeyId())),
        "the one-time key is still there");
  }

  @Test
  void thePniHasKeysAndMessagesOfItsOwn() {
    Phone bob = cast.phone();
    KeyRing keys = bob.pniKeys();
    Ask upload =
        Ask.put("/v2/keys?identity=pni", KeyRing.upload(keys.oneTimeEc(2), keys.oneTimeKyber(2)));
    bob.ask(upload).expect(204);
    assertEquals(new Stock(0, 0), bob.stock());
    Phone alice = cast.phone();
    Peer pni = new Peer("PNI:" + bob.pni(), 1);
    Bundle bundle = alice.fetch(pni);
    assertArrayEquals(keys.identityKey(), bundle.identityKey().serialize());
    assertEquals(keys.registrationId(), bundle.registrationId());
    alice.startSession(pni, bundle);
    alice.ask(alice.sending(pni, "is this your number?")).expect(200);
    WireEnvelope envelope = cast.connect(bob).take();
    assertEquals("PNI:" + bob.pni(), envelope.getDestinationServiceId());
    assertEquals("is this your number?", bob.decrypt(envelope));
  }

  @Test
  void manyMessagesKeepTheirOrderWhileTheReaderComesAndGoes() {
    Phone bob = cast.phoneWithKeys(1);
    Phone alice = cast.phone();
    List<String> sent = new ArrayList<>();
    List<String> read = new ArrayList<>();
    ClientSocket toAlice = cast.connect(alice);
    for (int stay = 0; stay < 3; stay++) {
      for (int i = 0; i < 40; i++) {
        String text = "away " + stay + " " + i;
        alice.send(bob.peer(), text);
        sent.add(text);
      }
      try (ClientSocket toBob = cast.connect(bob)) {
        for (int i = 0; i < 40; i++) {
          String text = "here " + stay + " " + i;
          toAlice.ask(alice.sending(bob.peer(), text)).expect(200);
          sent.add(text);
        }
        // What was sent after the connect comes before or after the end of the queue.
        while (read.size() < sent.size()) {
          Incoming next = toBob.next();
          toBob.ack(next);
          if (next.isMessage()) {
            read.add(bob.decrypt(next.envelope()));
          }
        }
        Cast.awaitMail(gateway.redis(), bob, 0);
      }
    }
    assertEquals(sent, read);
  }

  @Test
  void aSealedSenderNamesNobodyOnTheWire() {
    SealedSender trust = new SealedSender();
    Phone bob = cast.phoneWithKeys(1);
    Phone alice = cast.phone();
    String key = bob.accessKey();
    Ask fetch = Phone.fetching(bob.peer()).with("Unidentified-Access-Key", key);
    Bundle bundle = Phone.bundle(cast.http().ask(fetch));
    alice.startSession(bob.peer(), bundle);
    Outgoing sealed = trust.seal(alice, bundle, bob.peer(), "guess who");
    Ask send = Outgoing.sending(bob.aci(), 7, List.of(sealed)).with("Unidentified-Access-Key", key);
    cast.http().ask(send).expect(200);
    WireEnvelope envelope = cast.connect(bob).take();
    assertEquals(Outgoing.SEALED_SENDER, envelope.getType());
    assertFalse(
        envelope.hasSourceServiceId() || envelope.hasSourceDevice() || envelope.hasSourceE164());
    assertArrayEquals(sealed.content(), envelope.getContent().toByteArray());
    assertEquals(7, envelope.getTimestamp());
    SealedSender.Opened opened =
        trust.open(bob, envelope.getContent().toByteArray(), envelope.getServerTimestamp());
    assertEquals(new SealedSender.Opened(alice.peer(), "guess who"), opened);
  }

  @Test
  void theSameOverHttp2() {
    HttpChannel http2 = cast.http().overHttp2();
    Phone bob = new Phone(http2, cast.stranger().handle()).register();
    bob.refill(100);
    Phone alice = new Phone(http2, cast.stranger().handle()).register();
    alice.send(bob.peer(), "by streams");
    assertEquals("by streams", bob.decrypt(cast.connect(bob).take()));
  }
}
