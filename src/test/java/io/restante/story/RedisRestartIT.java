package io.restante.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.restante.testing.EventLoop;
import io.restante.testing.GatewayExtension;
import io.restante.testing.client.Ask;
import io.restante.testing.client.ClientSocket;
import io.restante.testing.client.HttpChannel;
import io.restante.testing.client.Phone;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Redis is killed and comes back under two gateways with open sockets. */
class RedisRestartIT {
  @RegisterExtension static final GatewayExtension gateways = new GatewayExtension(2);

  @Test
  void socketsStayAndWhatIsSentAsSoonAsRedisIsBackArrives() {
    try (Cast here = new Cast(gateways.gateway(0).publicUrl());
        Cast there = new Cast(gateways.gateway(1).publicUrl())) {
      Phone bob = here.phoneWithKeys(1);
      Phone alice = there.phone();
      ClientSocket toBob = here.connect(bob);
      toBob.awaitQueueEmpty();
      alice.send(bob.peer(), "before");
      assertEquals("before", bob.decrypt(toBob.take()));

      gateways.redis().process().kill();
      Ask send = alice.sending(bob.peer(), "meanwhile");
      assertEquals(503, there.http().ask(alice.signed(send)).status());
      gateways.redis().process().start();
      // As soon as it is taken again, which may be before Bob's doorbell is back.
      EventLoop.until(
          "the send is taken", () -> there.http().ask(alice.signed(send)).status() == 200);
      assertEquals("meanwhile", bob.decrypt(toBob.take()));

      for (int gateway = 0; gateway < 2; gateway++) {
        HttpChannel management = new HttpChannel(gateways.gateway(gateway).managementUrl());
        EventLoop.until(
            "the gateway is ready", () -> management.ask(Ask.get("/health/ready")).status() == 200);
      }
      alice.send(bob.peer(), "afterwards");
      assertEquals("afterwards", bob.decrypt(toBob.take()));
      assertFalse(toBob.isClosed());
    }
  }
}
