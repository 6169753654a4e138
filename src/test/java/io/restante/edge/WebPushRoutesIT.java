package io.restante.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.PushKeyFile;
import io.restante.testing.GatewayExtension;
import io.restante.testing.client.Ask;
import io.restante.testing.client.HttpChannel;
import io.restante.testing.client.Phone;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Subscriptions of Web Push over HTTP. */
class WebPushRoutesIT {
  @RegisterExtension
  static final GatewayExtension GATEWAY =
      PushKeyFile.in(new GatewayExtension()).with("push.webpush.allow", "push.lan, 192.168.7.0/24");

  private static final String PATH = "/v1/accounts/webpush";

  private final HttpChannel http = new HttpChannel(GATEWAY.publicUrl());
  private final Phone phone = new Phone(http, "+4915550000001").register();

  private @Nullable Object stored(String field) {
    return GATEWAY.redis().command("HGET", "{" + phone.aci() + "}:device:1", field);
  }

  private void put(JsonObject subscription, int status) {
    phone.ask(Ask.put(PATH, subscription)).expect(status);
  }

  private String refusal(String endpoint) {
    JsonObject wrong = PushKeyFile.subscription().put("endpoint", endpoint);
    return phone.ask(Ask.put(PATH, wrong)).expect(422).json().getString("detail");
  }

  @Test
  void theKeyIsTheOneThatTheCommandPrinted() {
    JsonObject key = http.ask(Ask.get("/v1/push/vapid")).expect(200).json();
    assertEquals(new JsonObject().put("publicKey", PushKeyFile.SHARED.publicKey()), key);
  }

  @Test
  void aSubscriptionIsStoredWithoutWhatIsNotNeededAndTakesThePlaceOfATokenAndBack() {
    phone.ask(Ask.put("/v1/accounts/gcm", new JsonObject().put("gcmRegistrationId", "t")));
    assertEquals("t", stored("gcm"));
    JsonObject subscription = PushKeyFile.subscription();
    put(subscription, 204);
    subscription.remove("expirationTime");
    assertEquals(subscription.encode(), stored("webpush"));
    assertNull(stored("gcm"));
    phone.ask(Ask.put("/v1/accounts/apn", new JsonObject().put("apnRegistrationId", "t")));
    assertNull(stored("webpush"));
    put(subscription, 204);
    assertNull(stored("apn"));
    phone.ask(Ask.delete(PATH)).expect(204);
    assertNull(stored("webpush"));
  }

  @Test
  void whatIsWrongWithAnEndpointIsNamedAndNothingIsStored() {
    put(PushKeyFile.subscription(), 204);
    Object before = stored("webpush");
    assertEquals("endpoint: another scheme (expected: https://)", refusal("http://push.example/a"));
    assertEquals(
        "endpoint: port 8443 (expected: one of [443])", refusal("https://push.example:8443/a"));
    assertEquals(
        "endpoint: an address as its host (expected: a name)", refusal("https://10.1.1.1/"));
    assertEquals(
        "endpoint: 1025 characters (expected: at most 1024)",
        refusal("https://push.example/" + "a".repeat(1004)));
    assertEquals(
        "endpoint: 4000 characters (expected: at most 2048)",
        refusal("https://push.example/" + "a".repeat(3979)));
    assertEquals(before, stored("webpush"));
  }

  @Test
  void whatTheOperatorAllowsIsTaken() {
    for (String endpoint : new String[] {"https://192.168.7.9/up", "https://push.lan/up"}) {
      put(PushKeyFile.subscription().put("endpoint", endpoint), 204);
      assertTrue(String.valueOf(stored("webpush")).contains(endpoint));
    }
    refusal("https://192.168.8.9/up");
  }
}
