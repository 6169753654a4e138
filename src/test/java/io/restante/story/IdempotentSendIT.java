package io.restante.story;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.restante.testing.GatewayExtension;
import io.restante.testing.client.Answer;
import io.restante.testing.client.Ask;
import io.restante.testing.client.ClientSocket;
import io.restante.testing.client.Phone;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A send that is repeated under its idempotency key is stored once. */
class IdempotentSendIT {
  private static final String HEADER = "Idempotency-Key";

  @RegisterExtension static final GatewayExtension gateways = new GatewayExtension(2);

  @Test
  void repeatedOverHttpSocketAndAnotherGatewayItArrivesOnceAlsoAfterTheAck() {
    try (Cast here = new Cast(gateways.gateway(0).publicUrl());
        Cast there = new Cast(gateways.gateway(1).publicUrl())) {
      Phone bob = here.phoneWithKeys(1);
      Phone alice = here.phone();
      alice.startSession(bob.peer(), alice.fetch(bob.peer()));
      Ask send = alice.sending(bob.peer(), "once").with(HEADER, UUID.randomUUID().toString());
      Answer first = here.http().ask(alice.signed(send)).expect(200);
      ClientSocket aliceSocket = there.connect(alice);
      assertArrayEquals(first.body(), here.http().ask(alice.signed(send)).expect(200).body());
      assertArrayEquals(first.body(), there.http().ask(alice.signed(send)).expect(200).body());
      assertArrayEquals(first.body(), aliceSocket.ask(send).expect(200).body());

      ClientSocket toBob = here.connect(bob);
      assertEquals("once", bob.decrypt(toBob.take()));
      toBob.awaitQueueEmpty();
      there.http().ask(alice.signed(send)).expect(200);
      alice.send(bob.peer(), "another");
      assertEquals("another", bob.decrypt(toBob.take()));
    }
  }

  @Test
  void anotherBodyUnderTheSameKeyIs422AndNothingIsStored() {
    try (Cast here = new Cast(gateways.gateway(0).publicUrl())) {
      Phone bob = here.phoneWithKeys(1);
      Phone alice = here.phone();
      alice.startSession(bob.peer(), alice.fetch(bob.peer()));
      String key = UUID.randomUUID().toString();
      alice.ask(alice.sending(bob.peer(), "one").with(HEADER, key)).expect(200);
      Answer refused = alice.ask(alice.sending(bob.peer(), "two").with(HEADER, key)).expect(422);
      assertEquals("idempotency_key_reused", refused.json().getString("code"));
      alice.ask(alice.sending(bob.peer(), "three").with(HEADER, "short")).expect(422);
      ClientSocket toBob = here.connect(bob);
      assertEquals("one", bob.decrypt(toBob.take()));
      toBob.awaitQueueEmpty();
      assertEquals(0, toBob.unread());
    }
  }
}
