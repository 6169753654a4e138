package io.restante.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.testing.EventLoop;
import io.restante.testing.GatewayExtension;
import io.restante.testing.client.Ask;
import io.restante.testing.client.ClientSocket;
import io.restante.testing.client.Incoming;
import io.restante.testing.client.Phone;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two gateways on one Redis are one gateway to those who use them. */
class TwoGatewaysIT {
  /** By the signal: without it what is cached would hold for 50 s. */
  private static final long REVOKED_WITHIN_MS = 15_000;

  @RegisterExtension static final GatewayExtension gateways = new GatewayExtension(2);

  private Cast here;
  private Cast there;

  @BeforeEach
  void begin() {
    here = new Cast(gateways.gateway(0).publicUrl());
    there = new Cast(gateways.gateway(1).publicUrl());
  }

  @AfterEach
  void end() {
    here.close();
    there.close();
  }

  @Test
  void aConversationGoesFromOneToTheOtherAndBack() {
    Phone bob = here.phoneWithKeys(1);
    Phone alice = there.phone();
    ClientSocket toBob = here.connect(bob);
    toBob.awaitQueueEmpty();
    alice.send(bob.peer(), "from there");
    assertEquals("from there", bob.decrypt(toBob.take()));
    ClientSocket toAlice = there.connect(alice);
    toAlice.awaitQueueEmpty();
    bob.send(alice.peer(), "from here");
    assertEquals("from here", alice.decrypt(toAlice.take()));
  }

  @Test
  void aSocketAtTheOneDisplacesThatAtTheOther() {
    Phone bob = here.phoneWithKeys(1);
    here.phone().send(bob.peer(), "for whom?");
    ClientSocket first = here.connect(bob);
    Incoming unacked = first.nextMessage();
    ClientSocket second = there.connect(bob);
    assertEquals(4409, first.closeCode());
    assertEquals(unacked.envelope(), second.take());
    second.awaitQueueEmpty();
  }

  @Test
  void anAccountDeletedAtTheOneIsGoneAtTheOther() {
    Phone bob = here.phoneWithKeys(1);
    Ask whoami = bob.signed(Ask.get("/v1/accounts/whoami"));
    there.http().ask(whoami).expect(200);
    ClientSocket toBob = there.connect(bob);
    toBob.awaitQueueEmpty();
    bob.ask(Ask.delete("/v1/accounts/me")).expect(204);
    long deleted = System.nanoTime();
    assertEquals(4401, toBob.closeCode());
    EventLoop.until("it is gone", () -> there.http().ask(whoami).status() == 401);
    long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - deleted);
    assertTrue(tookMs < REVOKED_WITHIN_MS, "took " + tookMs + " ms");
  }
}
