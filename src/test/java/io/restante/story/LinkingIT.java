package io.restante.story;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.restante.testing.EventLoop;
import io.restante.testing.GatewayExtension;
import io.restante.testing.client.Answer;
import io.restante.testing.client.Ask;
import io.restante.testing.client.ClientSocket;
import io.restante.testing.client.HttpChannel;
import io.restante.testing.client.Incoming;
import io.restante.testing.client.Phone;
import io.restante.testing.wire.Wire.ProvisioningAddress;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A tablet is linked to a phone's account, each at a gateway of its own. */
class LinkingIT {
  private static final String SOCKET = "/v1/websocket/provisioning/";

  @RegisterExtension
  static final GatewayExtension gateways =
      new GatewayExtension(2).with("linking.message-max-bytes", "1024");

  private final HttpChannel first = new HttpChannel(gateways.gateway(0).publicUrl());
  private final Phone phone = new Phone(first, "+15550700").register();

  private static String address(Incoming told) throws Exception {
    assertEquals("/v1/address", told.request().getPath());
    assertEquals("PUT", told.request().getVerb());
    return ProvisioningAddress.parseFrom(told.request().getBody()).getAddress();
  }

  private static Ask message(String address, byte[] body) {
    String base64 = Base64.getEncoder().encodeToString(body);
    return Ask.put("/v1/provisioning/" + address, new JsonObject().put("body", base64));
  }

  @Test
  void aNewDeviceHearsAtItsAddressWhatThePhoneTellsItAtAnotherGateway() throws Exception {
    byte[] secret = "the encrypted provision message".getBytes(StandardCharsets.UTF_8);
    try (ClientSocket tablet = ClientSocket.open(gateways.gateway(1).publicUrl(), SOCKET, null);
        ClientSocket phones =
            ClientSocket.open(
                gateways.gateway(0).publicUrl(), "/v1/websocket/", phone.authorization())) {
      Incoming told = tablet.next();
      String address = address(told);
      tablet.ack(told);
      phone.ask(message(address, secret)).expect(204);
      Incoming heard = tablet.next();
      assertEquals("/v1/message", heard.request().getPath());
      assertArrayEquals(secret, heard.request().getBody().toByteArray());
      phones.ask(message(address, new byte[1024])).expect(204);
      assertEquals(1024, tablet.next().request().getBody().size());
      phone.ask(message(address, new byte[1025])).expect(422);
      tablet.drop();
      EventLoop.until(
          "its end is noticed", () -> phone.ask(message(address, secret)).status() != 204);
      Answer gone = phone.ask(message(address, secret)).expect(404);
      assertEquals("no_such_provisioning", gone.json().getString("code"));
    }
  }

  @Test
  void nobodyWithoutCredentialsSpeaksToANewDevice() {
    first.ask(message("nobody", new byte[1])).expect(401);
    phone.ask(message("nobody", new byte[1])).expect(404);
  }

  @Test
  void aLinkedTabletSendsAndReceivesForTheAccount() {
    Phone tablet = phone.link();
    assertEquals(2, tablet.peer().device());
    assertEquals(
        2, phone.ask(Ask.get("/v1/devices")).expect(200).json().getJsonArray("devices").size());
    tablet.refill(2);
    Phone friend = new Phone(first, "+15550701").register();
    friend.refill(2);
    tablet.send(friend.peer(), "from the tablet");
    tablet.ask(Ask.get("/v1/devices/provisioning/code")).expect(403);
  }

  @Test
  void aTabletThatLacksWhatTheAccountKeepsIsNotLinked() {
    JsonObject attributes = phone.attributes();
    attributes.getJsonObject("capabilities").put("spqr", true);
    phone.ask(Ask.put("/v1/accounts/attributes", attributes)).expect(204);
    Phone tablet = phone.furtherDevice(2);
    JsonObject linking = tablet.linking(phone.linkCode());
    assertEquals("lacking_capability", link(tablet, linking, 409).getString("code"));
    linking.getJsonObject("accountAttributes").getJsonObject("capabilities").put("spqr", true);
    assertEquals(2, link(tablet, linking, 200).getInteger("deviceId"));
    assertEquals("wrong_code", link(tablet, linking, 403).getString("code"));
  }

  private JsonObject link(Phone tablet, JsonObject body, int status) {
    return first.ask(tablet.linkingAsk(body)).expect(status).json();
  }
}
