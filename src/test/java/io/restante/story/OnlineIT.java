package io.restante.story;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.restante.testing.GatewayExtension;
import io.restante.testing.client.Ask;
import io.restante.testing.client.ClientSocket;
import io.restante.testing.client.Incoming;
import io.restante.testing.client.Phone;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is for a live session only is that session's, and nobody's after it. */
class OnlineIT {
  private static final int ROUNDS = 5;

  /** Whether the gateway has noticed the end of a connection before the next one is not asked. */
  @RegisterExtension
  static final GatewayExtension gateway =
      new GatewayExtension()
          .with("session.window-envelopes", "1")
          .with("mailbox.displacements-max", "1000");

  private final Cast cast = new Cast(gateway.publicUrl());
  private final Phone alice = cast.phone();
  private final Phone bob = cast.phoneWithKeys(1);

  @AfterEach
  void close() {
    cast.close();
  }

  private void sendOnline(String text) {
    Ask plain = alice.sending(bob.peer(), text);
    JsonObject body =
        new JsonObject(new String(plain.body(), java.nio.charset.StandardCharsets.UTF_8));
    alice.ask(Ask.put(plain.path(), body.put("online", true))).expect(200);
  }

  @Test
  void whatWaitedForRoomInASessionIsNotTheNextSessions() {
    alice.send(bob.peer(), "stored");
    ClientSocket full = cast.connect(bob);
    Incoming unacked = full.nextMessage();
    sendOnline("while the window is full");
    full.drop();
    ClientSocket next = cast.connect(bob);
    assertEquals(unacked.envelope(), next.take());
    next.awaitQueueEmpty();
    bob.decrypt(unacked.envelope());
    sendOnline("to the next");
    assertEquals("to the next", bob.decrypt(next.take()));
  }

  @Test
  void whatIsSentAfterAConnectionWasDroppedIsNotTheNextSessions() {
    alice.send(bob.peer(), "stored");
    bob.decrypt(cast.connect(bob).take());
    Cast.awaitMail(gateway.redis(), bob, 0);
    for (int i = 0; i < ROUNDS; i++) {
      ClientSocket dropped = cast.connect(bob);
      dropped.awaitQueueEmpty();
      dropped.drop();
      sendOnline("to nobody " + i);
      try (ClientSocket next = cast.connect(bob)) {
        next.awaitQueueEmpty();
        sendOnline("to the next " + i);
        assertEquals("to the next " + i, bob.decrypt(next.take()));
      }
    }
  }
}
