package io.restante.story;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.testing.GatewayExtension;
import io.restante.testing.client.Answer;
import io.restante.testing.client.Ask;
import io.restante.testing.client.Bundle;
import io.restante.testing.client.Channel;
import io.restante.testing.client.ClientSocket;
import io.restante.testing.client.KeyRing;
import io.restante.testing.client.Peer;
import io.restante.testing.client.Phone;
import io.restante.testing.client.Stock;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.signal.libsignal.protocol.state.KyberPreKeyRecord;
import org.signal.libsignal.protocol.state.PreKeyRecord;

/** Pools of one-time keys, as many senders at once see them. */
class PoolsIT {
  private static final int SENDERS = 100;

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
  void aHundredSendersAtOnceGetAHundredDistinctKeysOfEachKindAndBobReadsThemAll() {
    Phone bob = cast.phoneWithKeys(SENDERS);
    List<Phone> senders = Cast.many(SENDERS, i -> cast.phone());
    List<CompletableFuture<Answer>> answers = new ArrayList<>();
    for (Phone sender : senders) {
      answers.add(cast.http().send(sender.signed(Phone.fetching(bob.peer()))));
    }
    List<Bundle> bundles = answers.stream().map(answer -> Phone.bundle(answer.join())).toList();

    Set<Integer> ids = new TreeSet<>();
    Set<Object> keys = new HashSet<>();
    for (Bundle bundle : bundles) {
      ids.add(Objects.requireNonNull(bundle.preKeyId()));
      ids.add(bundle.pqPreKeyId());
      keys.add(Objects.requireNonNull(bundle.preKey()));
      keys.add(bundle.pqPreKey());
    }
    assertEquals(2 * SENDERS, ids.size());
    assertEquals(2 * SENDERS, keys.size());
    assertTrue(ids.stream().allMatch(id -> id >= KeyRing.ONE_TIME_ID_MIN), ids.toString());
    assertEquals(new Stock(0, 0), bob.stock());

    List<CompletableFuture<Answer>> sends = new ArrayList<>();
    for (int i = 0; i < SENDERS; i++) {
      Phone sender = senders.get(i);
      sender.startSession(bob.peer(), bundles.get(i));
      sends.add(cast.http().send(sender.signed(sender.sending(bob.peer(), sender.handle()))));
    }
    sends.forEach(send -> send.join().expect(200));
    Set<String> read = new TreeSet<>();
    ClientSocket toBob = cast.connect(bob);
    for (int i = 0; i < SENDERS; i++) {
      read.add(bob.decrypt(toBob.take()));
    }
    toBob.awaitQueueEmpty();
    assertEquals(new TreeSet<>(senders.stream().map(Phone::handle).toList()), read);
  }

  @Test
  void aDrainedPoolStillServesSessions() {
    Phone bob = cast.phoneWithKeys(1);
    assertNotNull(cast.phone().fetch(bob.peer()).preKeyId());
    for (int i = 0; i < 3; i++) {
      Phone sender = cast.phone();
      Bundle bundle = sender.fetch(bob.peer());
      assertNull(bundle.preKeyId());
      assertEquals(bob.aciKeys().lastResort().getId(), bundle.pqPreKeyId());
      assertArrayEquals(
          KeyRing.publicKey(bob.aciKeys().lastResort()), bundle.pqPreKey().serialize());
      sender.startSession(bob.peer(), bundle);
      sender.ask(sender.sending(bob.peer(), "late " + i)).expect(200);
    }
    ClientSocket toBob = cast.connect(bob);
    for (int i = 0; i < 3; i++) {
      assertEquals("late " + i, bob.decrypt(toBob.take()));
    }
  }

  @Test
  void aThousandAnonymousFetchesWithAWrongKeyTakeNothingAndTellNothing() {
    Phone bob = cast.phoneWithKeys(100);
    Stock before = bob.stock();
    String wrong = cast.phone().accessKey();
    ClientSocket socket = cast.connectAnonymously();
    Ask atBob = Phone.fetching(bob.peer()).with("Unidentified-Access-Key", wrong);
    Ask atNobody =
        Phone.fetching(new Peer(UUID.randomUUID().toString(), 1))
            .with("Unidentified-Access-Key", wrong);
    JsonObject nobody = cast.http().ask(atNobody).expect(401).json();
    List<Answer> answers =
        Cast.many(
            1_000,
            i -> {
              Channel channel = i % 2 == 0 ? cast.http() : socket;
              return channel.ask(i % 10 == 0 ? atNobody : atBob);
            });
    for (Answer answer : answers) {
      assertEquals(nobody, answer.expect(401).json());
    }
    assertEquals(before, bob.stock());
    assertEquals(new Stock(100, 100), before);
    Ask right = Phone.fetching(bob.peer()).with("Unidentified-Access-Key", bob.accessKey());
    assertNotNull(Phone.bundle(socket.ask(right)).preKeyId());
    assertEquals(new Stock(99, 99), bob.stock());
  }

  @Test
  void anUploadOf230KilobytesIsOneFrame() {
    Phone bob = cast.phone();
    List<PreKeyRecord> ec = bob.aciKeys().oneTimeEc(100);
    List<KyberPreKeyRecord> kyber = bob.aciKeys().oneTimeKyber(100);
    Ask upload = Ask.put("/v2/keys", KeyRing.upload(ec, kyber));
    assertTrue(upload.bytes() > 229_000, upload.bytes() + " bytes");
    ClientSocket toBob = cast.connect(bob);
    toBob.ask(upload).expect(204);
    JsonObject counts = toBob.ask(Ask.get("/v2/keys")).expect(200).json();
    assertEquals(new JsonObject().put("count", 100).put("pqCount", 100), counts);
    Bundle bundle = cast.phone().fetch(bob.peer());
    assertEquals(ec.get(0).getId(), bundle.preKeyId());
    assertEquals(kyber.get(0).getId(), bundle.pqPreKeyId());
  }

  @Test
  void aRepeatedUploadBringsNoClaimedKeyBack() {
    Phone bob = cast.phone();
    List<PreKeyRecord> ec = bob.aciKeys().oneTimeEc(10);
    List<KyberPreKeyRecord> kyber = bob.aciKeys().oneTimeKyber(10);
    bob.upload(ec, kyber);
    Phone alice = cast.phone();
    Set<Integer> claimed = new TreeSet<>();
    for (int i = 0; i < 4; i++) {
      claimed.add(Objects.requireNonNull(alice.fetch(bob.peer()).preKeyId()));
    }
    bob.upload(ec, kyber);
    assertEquals(new Stock(6, 6), bob.stock());
    for (int i = 0; i < 6; i++) {
      assertTrue(claimed.add(Objects.requireNonNull(alice.fetch(bob.peer()).preKeyId())));
    }
    assertNull(alice.fetch(bob.peer()).preKeyId());
  }
}
