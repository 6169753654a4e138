package io.restante.story;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.restante.testing.EventLoop;
import io.restante.testing.GatewayExtension;
import io.restante.testing.client.Ask;
import io.restante.testing.client.ClientSocket;
import io.restante.testing.client.Phone;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How sockets end: with their gateway, and with credentials whose end nobody announced. */
class EndsIT {
  @RegisterExtension
  static final GatewayExtension gateways =
      new GatewayExtension(2)
          .with("session.recheck-ms", "200")
          .with("account.credential-cache-ms", "100");

  @Test
  void aGatewayThatEndsClosesItsSocketsWith1012AndTheOtherTakesThem() throws Exception {
    int ending = gateways.startOne();
    try (Cast here = new Cast(gateways.gateway(0).publicUrl());
        Cast there = new Cast(gateways.gateway(ending).publicUrl())) {
      Phone bob = here.phoneWithKeys(1);
      ClientSocket socket = there.connect(bob);
      ClientSocket anonymous = there.connectAnonymously();
      socket.awaitQueueEmpty();
      EventLoop.result(gateways.stopLast());
      assertEquals(1012, socket.closeCode());
      assertEquals(1012, anonymous.closeCode());
      here.phone().send(bob.peer(), "after the end");
      assertEquals("after the end", bob.decrypt(here.connect(bob).take()));
    }
  }

  @Test
  void credentialsWhoseRevocationNobodyHeardEndAllTheSame() {
    try (Cast here = new Cast(gateways.gateway(0).publicUrl())) {
      Phone bob = here.phone();
      ClientSocket socket = here.connect(bob);
      socket.awaitQueueEmpty();
      // Changed behind the gateways' back: no signal is sent.
      String device = "{" + bob.aci() + "}:device:1";
      gateways.redis().command("HSET", device, "salt", "0123456789abcdef");
      assertEquals(4401, socket.closeCode());
      EventLoop.until(
          "the cached credentials end",
          () -> here.http().ask(bob.signed(Ask.get("/v1/accounts/whoami"))).status() == 401);
    }
  }
}
