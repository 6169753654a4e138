package io.restante.story;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.restante.testing.EventLoop;
import io.restante.testing.GatewayExtension;
import io.restante.testing.client.Ask;
import io.restante.testing.client.ClientSocket;
import io.restante.testing.client.Incoming;
import io.restante.testing.client.Phone;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An envelope that a client cannot take does not keep it from those behind it for ever. */
class SetAsideIT {
  private static final int SESSIONS = 5;
  private static final int ATTEMPTS = 2;

  @RegisterExtension static final GatewayExtension gateway = new GatewayExtension();

  private final Cast cast = new Cast(gateway.publicUrl());
  private final Phone alice = cast.phone();
  private final Phone bob = cast.phoneWithKeys(1);

  @AfterEach
  void close() {
    cast.close();
  }

  /** Refuses the first envelope as often as it comes; what is behind it is not acked. */
  private void fail() {
    ClientSocket socket = cast.connect(bob);
    String first = "";
    for (int refused = 0; refused < ATTEMPTS; ) {
      Incoming next = socket.next();
      String guid = next.isMessage() ? next.envelope().getServerGuid() : "";
      first = first.isEmpty() ? guid : first;
      if (guid.equals(first)) {
        socket.answer(next, 500);
        refused++;
      }
    }
    assertEquals(4408, socket.closeCode());
  }

  private static double setAside() {
    return gateway.metric("restante_envelopes_set_aside_total");
  }

  @Test
  void whatFiveSessionsCouldNotTakeIsLeftToPolls() {
    alice.send(bob.peer(), "unreadable");
    alice.send(bob.peer(), "readable");
    for (int session = 0; session < SESSIONS; session++) {
      fail();
    }
    ClientSocket socket = cast.connect(bob);
    Incoming readable = socket.nextMessage();
    socket.ack(readable);
    socket.awaitQueueEmpty();
    EventLoop.until("it is counted", () -> setAside() > 0);
    assertEquals(1, setAside());
    JsonArray polled = bob.ask(Ask.get("/v1/messages")).expect(200).json().getJsonArray("messages");
    assertEquals(1, polled.size());
    JsonObject left = polled.getJsonObject(0);
    bob.ask(Ask.delete("/v1/messages/uuid/" + left.getString("guid"))).expect(204);
    assertEquals(
        0, bob.ask(Ask.get("/v1/messages")).expect(200).json().getJsonArray("messages").size());
  }
}
