package io.restante.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.testing.EventLoop;
import io.restante.testing.GatewayExtension;
import io.restante.testing.HttpStub;
import io.restante.testing.client.Answer;
import io.restante.testing.client.Ask;
import io.restante.testing.client.ClientSocket;
import io.restante.testing.client.HttpChannel;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Limits of registrations by address, at the limit and just over it, by every generation. */
class RegistrationLimitsIT {
  private static final int STEPS = 6;
  private static final int CODES = 3;
  private static final AtomicInteger NUMBERS = new AtomicInteger(1_000);
  private static final Queue<JsonObject> SENT = new ConcurrentLinkedQueue<>();
  private static final EventLoop LOOP = new EventLoop();
  private static final HttpStub OPERATOR =
      new HttpStub(
          LOOP,
          (request, body) -> {
            SENT.add(body.toJsonObject());
            request.response().end();
          });

  /** One token comes back an hour, so none does while a test runs. */
  @RegisterExtension
  static final GatewayExtension gateways =
      new GatewayExtension(2)
          .with("limits.enabled", "true")
          .with("limits.registration-burst", "" + STEPS)
          .with("limits.registration-per-hour", "1")
          .with("limits.code-burst", "" + CODES)
          .with("limits.code-per-hour", "1")
          .with("registration.mode", "code")
          .with("registration.webhook-url", OPERATOR.url())
          .with("http.trusted-proxies", "127.0.0.1");

  @AfterAll
  static void close() {
    LOOP.close();
  }

  private final HttpChannel http = new HttpChannel(gateways.publicUrl());

  private static String number() {
    return "+1555" + NUMBERS.incrementAndGet();
  }

  private static Ask from(String address, Ask ask) {
    return ask.with("X-Forwarded-For", address);
  }

  private static Ask opening(String number) {
    return Ask.post("/v1/verification/session", new JsonObject().put("number", number));
  }

  private static Ask trying(String number, String code) {
    String pair = number + ":a password of its own";
    byte[] bytes = pair.getBytes(StandardCharsets.UTF_8);
    return Ask.put("/v1/accounts/code/" + code, new JsonObject().put("registrationId", 1))
        .with("Authorization", "Basic " + Base64.getEncoder().encodeToString(bytes));
  }

  private static void assertLimited(Answer answer) {
    answer.expect(429);
    assertEquals("rate_limited", answer.json().getString("code"));
    int seconds = Integer.parseInt(Objects.requireNonNull(answer.header("Retry-After")));
    assertTrue(seconds > 3_500 && seconds <= 3_600, seconds + " s");
  }

  private static double limited(String limit) {
    return gateways.metric("restante_registrations_limited_total{limit=\"" + limit + "\"}");
  }

  @Test
  void anAddressBeginsItsBurstOfSessionsAndThen429() {
    String address = "198.51.100.1";
    for (int i = 0; i < STEPS; i++) {
      http.ask(from(address, opening(number()))).expect(200);
    }
    double before = limited("registration");
    assertLimited(http.ask(from(address, opening(number()))));
    assertEquals(before + 1, limited("registration"));
    http.ask(from("198.51.100.2", opening(number()))).expect(200);
    // A body that says nothing is told so, and costs nothing.
    http.ask(from(address, Ask.post("/v1/verification/session", new JsonObject()))).expect(422);
    http.ask(from(address, trying(number(), "000000"))).expect(403);
  }

  @Test
  void anAddressAsksForItsBurstOfCodesByAnyRouteAndThen429AndNothingIsSent() {
    String address = "198.51.100.3";
    String handle = number();
    http.ask(from(address, Ask.get("/v1/accounts/sms/code/" + handle))).expect(200);
    http.ask(from(address, Ask.get("/v1/accounts/voice/code/" + number()))).expect(200);
    String id = http.ask(from(address, opening(number()))).expect(200).json().getString("id");
    JsonObject how = new JsonObject().put("client", "ios").put("transport", "sms");
    Ask asking = Ask.post("/v1/verification/session/" + id + "/code", how);
    http.ask(from(address, asking)).expect(200);
    double before = limited("code");
    String last = number();
    assertLimited(http.ask(from(address, Ask.get("/v1/accounts/sms/code/" + last))));
    assertLimited(http.ask(from(address, Ask.get("/v1/accounts/voice/code/" + last))));
    assertEquals(before + 2, limited("code"));
    assertTrue(SENT.stream().anyMatch(code -> handle.equals(code.getString("handle"))));
    assertFalse(SENT.stream().anyMatch(code -> last.equals(code.getString("handle"))));
  }

  @Test
  void anAddressTriesItsBurstOfCodesAndThen429() {
    String address = "2001:db8:0:1::1";
    for (int i = 0; i < STEPS; i++) {
      http.ask(from(address, trying(number(), "000000"))).expect(403);
    }
    assertLimited(http.ask(from("2001:db8:0:1:ffff::9", trying(number(), "000000"))));
    http.ask(from("2001:db8:0:2::1", trying(number(), "000000"))).expect(403);
  }

  @Test
  void aSocketIsNoWayAround() {
    String address = "198.51.100.5";
    for (int i = 0; i < STEPS; i++) {
      http.ask(from(address, opening(number()))).expect(200);
    }
    try (ClientSocket socket = ClientSocket.open(http.url(), "/v1/websocket/", null)) {
      for (int i = 0; i < STEPS; i++) {
        socket.send(opening(number())).join().expect(200);
      }
      assertLimited(socket.send(opening(number())).join());
    }
  }

  @Test
  void theOtherGatewayHearsOfIt() {
    String address = "198.51.100.6";
    HttpChannel there = new HttpChannel(gateways.gateway(1).publicUrl());
    for (int i = 0; i < STEPS; i++) {
      http.ask(from(address, opening(number()))).expect(200);
    }
    AtomicInteger more = new AtomicInteger();
    EventLoop.until(
        "told",
        () -> {
          more.incrementAndGet();
          return there.ask(from(address, opening(number()))).status() == 429;
        });
    assertTrue(more.get() <= STEPS + 1, more + " more");
  }
}
