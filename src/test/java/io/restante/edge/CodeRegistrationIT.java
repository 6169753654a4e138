package io.restante.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.testing.EventLoop;
import io.restante.testing.GatewayExtension;
import io.restante.testing.HttpStub;
import io.restante.testing.client.Answer;
import io.restante.testing.client.Ask;
import io.restante.testing.client.Channel;
import io.restante.testing.client.HttpChannel;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Registration with codes that an operator's webhook gets, by every generation's routes. */
class CodeRegistrationIT {
  private static final String SESSIONS = "/v1/verification/session";

  /** The operator's end of the webhook. */
  private static final class Operator {
    final EventLoop loop = new EventLoop();
    final Queue<JsonObject> codes = new ConcurrentLinkedQueue<>();
    final HttpStub stub =
        new HttpStub(
            loop,
            (request, body) -> {
              codes.add(body.toJsonObject());
              request.response().end();
            });

    /** What was sent to a handle last; another's may have been repeated meanwhile. */
    JsonObject lastTo(String handle) {
      return codes.stream()
          .filter(code -> handle.equals(code.getString("handle")))
          .reduce((before, last) -> last)
          .orElseThrow();
    }
  }

  private static final Operator OPERATOR = new Operator();

  @RegisterExtension
  static final GatewayExtension GATEWAY =
      new GatewayExtension()
          .with("registration.mode", "code")
          .with("limits.enabled", "true")
          .with("registration.webhook-url", OPERATOR.stub.url())
          .with("registration.webhook-secret", "shared with the operator");

  @AfterAll
  static void close() {
    OPERATOR.loop.close();
  }

  private static Channel http() {
    return new HttpChannel(GATEWAY.publicUrl());
  }

  private static Ask registerByCode(String handle, String code) {
    byte[] pair = (handle + ":a password of its own").getBytes(StandardCharsets.UTF_8);
    return Ask.put("/v1/accounts/code/" + code, new JsonObject().put("registrationId", 1))
        .with("Authorization", "Basic " + Base64.getEncoder().encodeToString(pair));
  }

  private static String wrong(String code) {
    return code.equals("000000") ? "000001" : "000000";
  }

  @Test
  void aSessionIsVerifiedByTheCodeThatTheOperatorGot() {
    JsonObject number = new JsonObject().put("number", "+15550101");
    JsonObject opened = http().ask(Ask.post(SESSIONS, number)).expect(200).json();
    assertEquals(0, opened.getInteger("nextCall"));
    assertNull(opened.getInteger("nextVerificationAttempt"));
    String path = SESSIONS + "/" + opened.getString("id") + "/code";
    JsonObject how = new JsonObject().put("client", "ios").put("transport", "voice");
    JsonObject asked = http().ask(Ask.post(path, how)).expect(200).json();
    assertEquals(0, asked.getInteger("nextVerificationAttempt"));
    assertEquals(30, asked.getInteger("nextSms"));
    assertTrue(asked.getBoolean("allowedToRequestCode"));
    JsonObject sent = OPERATOR.lastTo("+15550101");
    assertEquals("voice", sent.getString("transport"));

    Answer early = http().ask(Ask.post(path, how)).expect(429);
    assertNotNull(early.header("retry-after"));
    JsonObject wrong = new JsonObject().put("code", wrong(sent.getString("code")));
    JsonObject refused = http().ask(Ask.put(path, wrong)).expect(200).json();
    assertFalse(refused.getBoolean("verified"));
    assertEquals(1, refused.getInteger("nextVerificationAttempt"));
    JsonObject right = new JsonObject().put("code", sent.getString("code"));
    EventLoop.until("the next attempt", () -> http().ask(Ask.put(path, right)).status() == 200);
    assertTrue(http().ask(Ask.put(path, right)).expect(200).json().getBoolean("verified"));
  }

  @Test
  void aWrongCodeOfGenerationsAAndBIs403() {
    String handle = "+15550102";
    http().ask(registerByCode(handle, "000000")).expect(403);
    http().ask(Ask.get("/v1/accounts/sms/code/" + handle)).expect(200);
    http().ask(Ask.get("/v1/accounts/voice/code/" + handle)).expect(429);
    String code = OPERATOR.lastTo(handle).getString("code");
    Answer refused = http().ask(registerByCode(handle, wrong(code))).expect(403);
    assertEquals("wrong_code", refused.json().getString("code"));
    EventLoop.until(
        "the next attempt", () -> http().ask(registerByCode(handle, code)).status() == 200);
    http().ask(registerByCode(handle, code)).expect(403);
  }
}
