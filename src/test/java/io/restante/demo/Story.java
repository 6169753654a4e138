package io.restante.demo;

import io.restante.testing.client.Bundle;
import io.restante.testing.client.ClientSocket;
import io.restante.testing.client.HttpChannel;
import io.restante.testing.client.Incoming;
import io.restante.testing.client.Outgoing;
import io.restante.testing.client.Phone;
import io.restante.testing.client.Refusal;
import io.restante.testing.client.Stock;
import io.restante.testing.wire.Wire.WireEnvelope;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.signal.libsignal.protocol.state.KyberPreKeyRecord;
import org.signal.libsignal.protocol.state.PreKeyRecord;

/**
 * Bob leaves prekeys and goes; Alice writes; Bob comes back, reads and answers. Each step fails
 * where it turns out otherwise than told.
 */
final class Story {
  private static final int PREKEYS = 100;
  private static final String SOCKET = "/v1/websocket/";

  private final Transcript transcript;
  private final String url;
  private final Phone bob;
  private final Phone alice;

  Story(Transcript transcript, String url) {
    this.transcript = transcript;
    this.url = url;
    this.bob = phone("Bob", "+15550100001");
    this.alice = phone("Alice", "+15550100002");
  }

  private Phone phone(String name, String number) {
    return new Phone(transcript.told(name, new HttpChannel(url)), number);
  }

  /** All of it, in order. */
  void tell() {
    bobLeavesPrekeysAndGoes();
    Bundle bundle = aliceFetchesOne();
    Outgoing message = aliceSendsOneBundle(bundle);
    try (ClientSocket toBob = bobReadsAtOnce(bundle, message)) {
      bobAnswers(toBob);
    }
    anotherSenderGetsAnotherKey(bundle);
  }

  private void bobLeavesPrekeysAndGoes() {
    transcript.step("Bob registers, leaves 100 prekeys of each kind, and goes offline");
    bob.register();
    transcript.call(bob.aci(), "{bob}");
    List<PreKeyRecord> ec = bob.aciKeys().oneTimeEc(PREKEYS);
    List<KyberPreKeyRecord> kyber = bob.aciKeys().oneTimeKyber(PREKEYS);
    bob.upload(ec, kyber);
    transcript.note(
        """
        Curve25519 keys %s to %s, post-quantum Kyber keys %s to %s:
        the gateway has the public halves, Bob's phone the private ones.
        """
            .formatted(
                ec.get(0).getId(),
                ec.get(PREKEYS - 1).getId(),
                kyber.get(0).getId(),
                kyber.get(PREKEYS - 1).getId()));
    assertStock(PREKEYS);
  }

  private Bundle aliceFetchesOne() {
    transcript.step("Alice wants to write to Bob, who is away, and fetches one of his prekeys");
    registerLikewise("Alice", alice);
    Bundle bundle = alice.fetch(bob.peer());
    alice.startSession(bob.peer(), bundle);
    transcript.note(
        """
        She got Curve25519 key %s and Kyber key %s. Nobody will get them again.
        libsignal has verified Bob's signatures and computed a shared secret.
        """
            .formatted(bundle.preKeyId(), bundle.pqPreKeyId()));
    return bundle;
  }

  private void registerLikewise(String name, Phone phone) {
    transcript.likewise(name, "(registers likewise)", phone::register);
    transcript.call(phone.aci(), "{" + name.toLowerCase(Locale.ROOT) + "}");
  }

  private Outgoing aliceSendsOneBundle(Bundle bundle) {
    transcript.step("She encrypts and sends in one go, though they never exchanged a word");
    Outgoing message = alice.encrypt(bob.peer(), "Hi Bob! You were away, so I used a prekey.");
    long now = System.currentTimeMillis();
    alice.ask(Outgoing.sending(bob.aci(), now, List.of(message))).expect(200);
    transcript.note(
        """
        One bundle of %s: prekey ids %s and %s, her half of the key exchange,
        and the ciphertext. The gateway keeps it and cannot read it.
        """
            .formatted(
                Transcript.bytes(message.content().length),
                bundle.preKeyId(),
                bundle.pqPreKeyId()));
    return message;
  }

  private ClientSocket connect(String name, Phone phone) {
    ClientSocket socket = ClientSocket.open(url, SOCKET, phone.authorization());
    transcript.wire(name, "GET", SOCKET, "-> 101");
    return socket;
  }

  private ClientSocket bobReadsAtOnce(Bundle bundle, Outgoing message) {
    transcript.step("Bob comes back: a single push brings all that he needs");
    ClientSocket toBob = connect("Bob", bob);
    Incoming pushed = toBob.nextMessage();
    WireEnvelope envelope = tell("-> Bob", pushed);
    require(envelope.getType() == Outgoing.PREKEY_BUNDLE, "a prekey bundle");
    require(
        Arrays.equals(message.content(), envelope.getContent().toByteArray()),
        "the bytes that Alice sent");
    transcript.quote("Bob", bob.decrypt(envelope));
    toBob.ack(pushed);
    toBob.awaitQueueEmpty();
    int preKeyId = Objects.requireNonNull(bundle.preKeyId());
    require(!bob.aciKeys().store().containsPreKey(preKeyId), "the private key is deleted");
    require(bob.aciKeys().store().hasKyberPreKeyBeenUsed(bundle.pqPreKeyId()), "Kyber took part");
    transcript.note(
        """
        He had to ask nobody. His phone acks, and the gateway forgets the message.
        His private half of %s is deleted: who recorded the wire and steals the phone
        tomorrow cannot read it. Nor can Bob, a second time: %s.
        """
            .formatted(preKeyId, secondReading(envelope)));
    return toBob;
  }

  private String secondReading(WireEnvelope envelope) {
    try {
      bob.decrypt(envelope);
    } catch (Refusal refusal) {
      return refusal.reason();
    }
    throw new IllegalStateException("it was read twice");
  }

  private WireEnvelope tell(String to, Incoming pushed) {
    transcript.wire(
        to,
        pushed.request().getVerb(),
        pushed.request().getPath(),
        Transcript.bytes(pushed.request().getBody().size()));
    return pushed.envelope();
  }

  private void bobAnswers(ClientSocket toBob) {
    transcript.step("Bob answers through his socket, in the session that there is now");
    try (ClientSocket toAlice = connect("Alice", alice)) {
      toAlice.awaitQueueEmpty();
      transcript
          .told("Bob", toBob)
          .ask(bob.sending(alice.peer(), "Hi Alice! I read it the moment I was back."))
          .expect(200);
      Incoming pushed = toAlice.nextMessage();
      WireEnvelope envelope = tell("-> Alice", pushed);
      require(envelope.getType() == Outgoing.CIPHERTEXT, "no prekey any more");
      transcript.quote("Alice", alice.decrypt(envelope));
      toAlice.ack(pushed);
    }
  }

  private void anotherSenderGetsAnotherKey(Bundle first) {
    transcript.step("The pools show 99, and a second sender gets other keys");
    assertStock(PREKEYS - 1);
    Phone carol = phone("Carol", "+15550100003");
    registerLikewise("Carol", carol);
    Bundle second = carol.fetch(bob.peer());
    require(!Objects.equals(first.preKeyId(), second.preKeyId()), "another Curve25519 key");
    require(first.pqPreKeyId() != second.pqPreKeyId(), "another Kyber key");
    transcript.note(
        """
        Carol got %s and %s; Alice had %s and %s.
        The gateway never hands out the same prekey twice.
        """
            .formatted(
                second.preKeyId(), second.pqPreKeyId(), first.preKeyId(), first.pqPreKeyId()));
  }

  private void assertStock(int expected) {
    Stock stock = bob.stock();
    transcript.note(
        "In the pools: %s Curve25519 keys, %s Kyber keys.".formatted(stock.ec(), stock.kyber()));
    require(stock.equals(new Stock(expected, expected)), expected + " keys of each kind");
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new IllegalStateException("expected: " + what);
    }
  }
}
