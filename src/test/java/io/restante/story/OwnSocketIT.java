package io.restante.story;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.restante.testing.GatewayExtension;
import io.restante.testing.RedisServerExtension;
import io.restante.testing.client.Ask;
import io.restante.testing.client.ClientSocket;
import io.restante.testing.client.Phone;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Requests in a socket that end this socket's own credentials are answered before it closes. */
class OwnSocketIT {
  private static final int ROUNDS = 5;

  /** Where there are replicas an answer waits for them, and a revocation is known before it. */
  @RegisterExtension
  static final GatewayExtension gateway =
      new GatewayExtension()
          .with("redis.durability", RedisServerExtension.hasReplicas() ? "replicas" : "fsync");

  private final Cast cast = new Cast(gateway.publicUrl());

  @AfterEach
  void close() {
    cast.close();
  }

  @Test
  void theDeletionOfTheAccountIsAnswered() {
    for (int i = 0; i < ROUNDS; i++) {
      Phone bob = cast.phone();
      ClientSocket socket = cast.connect(bob);
      socket.awaitQueueEmpty();
      socket.ask(Ask.delete("/v1/accounts/me")).expect(204);
      assertEquals(4401, socket.closeCode());
      bob.ask(Ask.get("/v1/accounts/whoami")).expect(401);
    }
  }

  @Test
  void theRemovalOfALinkedDeviceByItselfIsAnswered() {
    for (int i = 0; i < ROUNDS; i++) {
      Phone phone = cast.phone();
      Phone tablet = phone.link();
      ClientSocket socket = cast.connect(tablet);
      socket.awaitQueueEmpty();
      socket.ask(Ask.delete("/v1/devices/" + tablet.peer().device())).expect(204);
      assertEquals(4401, socket.closeCode());
      tablet.ask(Ask.get("/v1/accounts/whoami")).expect(401);
    }
  }

  @Test
  void aRegistrationAnewIsAnswered() {
    for (int i = 0; i < ROUNDS; i++) {
      Phone old = cast.phone();
      ClientSocket socket = cast.connect(old);
      socket.awaitQueueEmpty();
      Phone renewed = new Phone(socket, old.handle()).register();
      assertEquals(old.aci(), renewed.aci());
      assertEquals(4401, socket.closeCode());
      old.ask(Ask.get("/v1/accounts/whoami")).expect(401);
    }
  }
}
