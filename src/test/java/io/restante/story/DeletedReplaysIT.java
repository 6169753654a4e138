package io.restante.story;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.restante.testing.GatewayExtension;
import io.restante.testing.client.Ask;
import io.restante.testing.client.ClientSocket;
import io.restante.testing.client.Phone;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A deletion wins: what was answered under an idempotency key is not told any more. */
class DeletedReplaysIT {
  private static final String HEADER = "Idempotency-Key";

  @RegisterExtension static final GatewayExtension gateways = new GatewayExtension(2);

  private static Ask once(Ask ask) {
    return ask.with(HEADER, UUID.randomUUID().toString());
  }

  private static Ask batch(String path, String field, String aci, Object device) {
    JsonObject wanted = new JsonObject().put(field, aci).put("device", device);
    return Ask.post(path, new JsonObject().put("destinations", new JsonArray().add(wanted)));
  }

  @Test
  void claimsAndSendsAreRepeatedUntilTheAccountIsDeletedAndThen404Everywhere() {
    try (Cast here = new Cast(gateways.gateway(0).publicUrl());
        Cast there = new Cast(gateways.gateway(1).publicUrl())) {
      Phone bob = here.phoneWithKeys(10);
      Phone alice = here.phone();
      JsonObject entry = new JsonObject().put("data", "YWJj");
      bob.ask(Ask.put("/v1/pools/mls", new JsonObject().put("entries", new JsonArray().add(entry))))
          .expect(204);
      alice.startSession(bob.peer(), alice.fetch(bob.peer()));
      List<Ask> whole = new ArrayList<>();
      for (String account : new String[] {bob.aci(), bob.handle()}) {
        whole.add(once(Ask.get("/v2/keys/" + account + "/1")));
        whole.add(once(Ask.get("/v2/keys/" + account + "/*")));
      }
      whole.add(once(alice.sending(bob.peer(), "once")));
      List<Ask> parts =
          List.of(
              once(batch("/v2/keys/batch", "destination", bob.aci(), 1)),
              once(batch("/v2/keys/batch", "destination", bob.aci(), "*")),
              once(batch("/v1/pools/mls/claim", "account", bob.aci(), 1)));
      ClientSocket socket = there.connect(alice);
      for (int i = 0; i < 2; i++) {
        whole.forEach(ask -> alice.ask(ask).expect(200));
        parts.forEach(ask -> assertEquals("", error(alice.ask(ask).expect(200).json())));
      }
      bob.ask(Ask.delete("/v1/accounts/me")).expect(204);
      for (Ask ask : whole) {
        alice.ask(ask).expect(404);
        socket.ask(ask).expect(404);
      }
      for (Ask ask : parts) {
        assertEquals("no_such_account", error(alice.ask(ask).expect(200).json()));
        assertEquals("no_such_account", error(socket.ask(ask).expect(200).json()));
      }
    }
  }

  private static String error(JsonObject answer) {
    JsonObject result = answer.getJsonArray("results").getJsonObject(0);
    return result.getJsonObject("error", new JsonObject()).getString("code", "");
  }
}
