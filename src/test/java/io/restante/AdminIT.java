package io.restante;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.testing.EventLoop;
import io.restante.testing.GatewayExtension;
import io.restante.testing.client.Answer;
import io.restante.testing.client.Ask;
import io.restante.testing.client.ClientSocket;
import io.restante.testing.client.HttpChannel;
import io.vertx.core.json.JsonObject;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Registration by codes that an operator mints. */
final class AdminIT {
  private static final String TOKEN = secret();
  private static final String HANDLE = "+15550001111";

  @RegisterExtension
  static final GatewayExtension GATEWAY =
      new GatewayExtension()
          .with("registration.mode", "code")
          .with("management.token", TOKEN)
          .with("limits.enabled", "true");

  @RegisterExtension static final GatewayExtension WITHOUT_TOKEN = new GatewayExtension();

  private final HttpChannel management = new HttpChannel(GATEWAY.managementUrl());
  private final HttpChannel api = new HttpChannel(GATEWAY.publicUrl());

  private static String secret() {
    byte[] bytes = new byte[16];
    ThreadLocalRandom.current().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private static Ask minting(String handle) {
    return Ask.post("/admin/registration/codes", new JsonObject().put("handle", handle));
  }

  private Answer ask(HttpChannel channel, Ask ask) {
    return channel.send(ask).join();
  }

  private String open() {
    JsonObject body = new JsonObject().put("number", HANDLE);
    return ask(api, Ask.post("/v1/verification/session", body)).expect(200).json().getString("id");
  }

  private static Ask submission(String session, String code) {
    String path = "/v1/verification/session/" + session + "/code";
    return Ask.put(path, new JsonObject().put("code", code));
  }

  private static boolean verified(Answer answer) {
    return answer.expect(200).json().getBoolean("verified");
  }

  @Test
  void mintedCodeVerifiesOnceAndAnotherDoesNot() {
    String code =
        ask(management, minting(HANDLE).with("Authorization", "Bearer " + TOKEN))
            .expect(200)
            .json()
            .getString("code");
    String wrong = code.startsWith("0") ? "1" + code.substring(1) : "0" + code.substring(1);
    String session = open();
    try (ClientSocket socket = ClientSocket.open(api.url(), "/v1/websocket/", null)) {
      // Redis gets both at once, in their order: the pause between two attempts is in between.
      GATEWAY.redis().process().freeze();
      CompletableFuture<Answer> first = socket.send(submission(session, wrong));
      CompletableFuture<Answer> second = socket.send(submission(session, code));
      EventLoop.until(
          "both are under way", () -> GATEWAY.metric("restante_requests_in_flight") == 2);
      GATEWAY.redis().process().thaw();
      assertEquals(false, verified(first.join()));
      assertEquals(429, second.join().status());
    }
    EventLoop.until(
        "the next attempt is due", () -> ask(api, submission(session, code)).status() == 200);
    Ask get = Ask.get("/v1/verification/session/" + session);
    assertEquals(true, verified(ask(api, get)));
    assertEquals(false, verified(ask(api, submission(open(), code))));
  }

  @Test
  void withoutTheTokenNothingIsMinted() {
    Answer refused = ask(management, minting(HANDLE)).expect(401);
    assertEquals("Bearer realm=\"restante\"", refused.header("WWW-Authenticate"));
    ask(management, minting(HANDLE).with("Authorization", "Bearer " + secret())).expect(401);
    Ask signed = minting(HANDLE).with("Authorization", "Bearer " + TOKEN);
    ask(management, signed.at("/admin/nothing")).expect(404);
    Answer none =
        ask(management, minting("no handle").with("Authorization", "Bearer " + TOKEN)).expect(422);
    assertEquals("invalid_field", none.json().getString("code"));
    assertTrue(none.json().getString("detail").startsWith("handle: 9 characters (expected: "));
  }

  @Test
  void theSchemeIsKnownInAnyCase() {
    ask(management, minting("+15550001112").with("Authorization", "bearer " + TOKEN)).expect(200);
    ask(management, minting("+15550001113").with("Authorization", "BEARER " + TOKEN)).expect(200);
  }

  @Test
  void whatTheManagementPortDoesNotHaveIsAProblemAndNoPage() {
    for (String path : new String[] {"/", "/none", "/metric"}) {
      Answer none = ask(management, Ask.get(path)).expect(404);
      assertEquals("application/problem+json", none.header("Content-Type"));
      assertEquals("no_such_route", none.json().getString("code"));
    }
    Answer wrong = ask(management, Ask.put("/metrics", new JsonObject())).expect(405);
    assertEquals("method_not_allowed", wrong.json().getString("code"));
    assertEquals("GET", wrong.header("Allow"));
    Ask get = Ask.get("/admin/registration/codes").with("Authorization", "Bearer " + TOKEN);
    assertEquals("POST", ask(management, get).expect(405).header("Allow"));
  }

  @Test
  void whereNoTokenIsSetThereIsNoAdminRoute() {
    HttpChannel other = new HttpChannel(WITHOUT_TOKEN.managementUrl());
    assertNotEquals(200, ask(other, minting(HANDLE)).status());
    ask(other, minting(HANDLE).with("Authorization", "Bearer " + TOKEN)).expect(404);
  }

  @Test
  void adminRoutesAreNotOnThePublicPort() {
    ask(api, minting(HANDLE).with("Authorization", "Bearer " + TOKEN)).expect(404);
  }
}
