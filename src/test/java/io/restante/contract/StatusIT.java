package io.restante.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.PushKeyFile;
import io.restante.Serving;
import io.restante.contract.StatusCases.Case;
import io.restante.contract.World.Who;
import io.restante.protocol.ErrorCode;
import io.restante.testing.EventLoop;
import io.restante.testing.GatewayExtension;
import io.restante.testing.RedisProcess;
import io.restante.testing.client.Answer;
import io.restante.testing.client.Ask;
import io.restante.testing.client.ClientSocket;
import io.restante.testing.client.HttpChannel;
import io.restante.testing.client.Phone;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Every status of the contract, provoked over HTTP and, where it can occur there, in the socket.
 */
class StatusIT {
  static final int ENVELOPES_MAX = 200;
  static final int DEVICES_MAX = 3;
  static final int MESSAGE_BYTES_MAX = 1024;

  /** Those that no line of the table can provoke, each with where it is provoked or why not. */
  private static final Set<ErrorCode> ELSEWHERE =
      EnumSet.of(
          ErrorCode.WRONG_CREDENTIALS, // Below: on the upgrade only.
          ErrorCode.MALFORMED_BODY, // MultiRecipientMessageTest: by what is no such message.
          ErrorCode.MALFORMED_HEADER, // EdgeVerticleTest: by what is no HTTP, or no handshake.
          ErrorCode.INCOMPLETE_BODY, // Nobody is there to read it: BadHttp has the bodies cut off.
          ErrorCode.REGISTRATION_CLOSED, // Below: by another configuration, as the next two.
          ErrorCode.WRONG_CODE,
          ErrorCode.CODE_NOT_SENT,
          ErrorCode.RATE_LIMITED, // CodeRegistrationIT, RegistrationLimitsIT: by asking often.
          ErrorCode.REDIS_UNAVAILABLE, // Below: without Redis.
          ErrorCode.DRAINING, // Below: while a gateway ends.
          ErrorCode.OVERLOADED, // UploadCheckTest: it takes a queue that is full.
          ErrorCode.INTERNAL); // By nothing that a client can send: BadInputIT, BadWireIT.

  private static final Set<String> PROBLEM = Set.of("type", "title", "status", "detail", "code");
  private static final Pattern UNPADDED = Pattern.compile("[A-Za-z0-9+/]+");

  @RegisterExtension
  static final GatewayExtension gateway =
      PushKeyFile.in(new GatewayExtension())
          .with("mailbox.envelopes-max", Integer.toString(ENVELOPES_MAX))
          .with("account.devices-max", Integer.toString(DEVICES_MAX))
          .with("mailbox.message-max-bytes", Integer.toString(MESSAGE_BYTES_MAX))
          .with("management.token", "without-one-or-a-webhook-codes-cannot-be");

  private World world;

  @BeforeEach
  void begin() {
    world = new World(gateway);
  }

  @AfterEach
  void end() {
    world.close();
  }

  @Test
  void everyLineOfTheContractIsAnsweredAsItSays() {
    for (Case each : StatusCases.all()) {
      String name = each.name(world);
      check(name + " over http", each, world.overHttp(each.who(), each.ask().apply(world)));
      check(name + " in the socket", each, world.overSocket(each.who(), each.ask().apply(world)));
    }
  }

  @Test
  void everyCodeHasALineOrAReasonToHaveNone() {
    Set<ErrorCode> seen = EnumSet.copyOf(ELSEWHERE);
    StatusCases.all().stream()
        .flatMap(each -> java.util.stream.Stream.ofNullable(each.code()))
        .forEach(seen::add);
    assertEquals(EnumSet.allOf(ErrorCode.class), seen);
  }

  private static void check(String name, Case each, Answer answer) {
    assertEquals(each.status(), answer.status(), () -> name + ' ' + answer.text());
    if (each.code() != null) {
      assertProblem(name, each.code(), answer);
      return;
    }
    assertTimestamp(answer);
    Set<String> fields = answer.body().length == 0 ? Set.of() : answer.json().fieldNames();
    assertEquals(each.fields(), fields, name);
    if (!fields.isEmpty()) {
      assertEquals("application/json", answer.header("Content-Type"), name);
    }
  }

  private static void assertProblem(String name, ErrorCode code, Answer answer) {
    assertEquals(code.status(), answer.status(), () -> name + ' ' + answer.text());
    assertTimestamp(answer);
    assertEquals("application/problem+json", answer.header("Content-Type"), name);
    JsonObject body = answer.json();
    assertEquals(PROBLEM, body.fieldNames(), name);
    assertEquals(code.code(), body.getString("code"), name);
    assertEquals(code.status(), body.getInteger("status"), name);
    assertEquals(code.title(), body.getString("title"), name);
    assertFalse(body.getString("detail").isEmpty(), name);
    boolean later = code.status() == 429 || code.status() == 503;
    String retryAfter = answer.header("Retry-After");
    assertEquals(later, retryAfter != null, name);
    assertTrue(retryAfter == null || Integer.parseInt(retryAfter) >= 1, name);
  }

  private static void assertTimestamp(Answer answer) {
    long told = Long.parseLong(String.valueOf(answer.header("X-Signal-Timestamp")));
    assertTrue(Math.abs(System.currentTimeMillis() - told) < 60_000, () -> "timestamp " + told);
  }

  @Test
  void fixedBodiesNameTheDevices() {
    int registration = world.bob().aciKeys().registrationId();
    JsonObject two = World.message(2, 5, new byte[1]);
    Ask mismatch = Ask.put("/v1/messages/" + world.bob().aci(), World.send(two));
    JsonObject stale = World.message(1, registration % 16_000 + 1, new byte[1]);
    Ask staleSend = Ask.put("/v1/messages/" + world.bob().aci(), World.send(stale));
    for (Answer answer : both(mismatch)) {
      assertEquals("{\"missingDevices\":[1],\"extraDevices\":[2]}", answer.text());
    }
    for (Answer answer : both(staleSend)) {
      assertEquals("{\"staleDevices\":[1]}", answer.text());
    }
  }

  private List<Answer> both(Ask ask) {
    return List.of(world.overHttp(Who.ALICE, ask), world.overSocket(Who.ALICE, ask));
  }

  @Test
  void keysComeUnpaddedAndContentPaddedHoweverTheyWereSent() {
    for (String content : List.of("AQ", "AQ==")) {
      JsonObject send = world.messageToBob();
      send.getJsonArray("messages").getJsonObject(0).put("content", content);
      world.alice().ask(Ask.put("/v1/messages/" + world.bob().aci(), send)).expect(200);
    }
    JsonObject mail = world.bob().ask(Ask.get("/v1/messages")).expect(200).json();
    Set<String> fields =
        Set.of(
            ("type relay timestamp source sourceUuid sourceDevice message content"
                    + " serverTimestamp guid")
                .split(" "));
    assertEquals(2, mail.getJsonArray("messages").size());
    for (int i = 0; i < 2; i++) {
      JsonObject message = mail.getJsonArray("messages").getJsonObject(i);
      assertEquals(fields, message.fieldNames());
      assertEquals("AQ==", message.getString("content"));
    }
    JsonObject bundle = world.alice().ask(Phone.fetching(world.bob().peer())).expect(200).json();
    JsonObject device = bundle.getJsonArray("devices").getJsonObject(0);
    assertEquals(
        Set.of("deviceId", "registrationId", "signedPreKey", "preKey", "pqPreKey"),
        device.fieldNames());
    assertUnpadded(bundle.getString("identityKey"));
    for (String key : List.of("signedPreKey", "pqPreKey")) {
      JsonObject signed = device.getJsonObject(key);
      assertEquals(Set.of("keyId", "publicKey", "signature"), signed.fieldNames());
      assertUnpadded(signed.getString("publicKey"));
      assertUnpadded(signed.getString("signature"));
    }
    assertEquals(Set.of("keyId", "publicKey"), device.getJsonObject("preKey").fieldNames());
    JsonObject list = world.alice().ask(Ask.get("/v1/devices")).expect(200).json();
    assertEquals(
        Set.of("id", "name", "created", "lastSeen", "registrationId"),
        list.getJsonArray("devices").getJsonObject(0).fieldNames());
  }

  private static void assertUnpadded(String base64) {
    assertTrue(UNPADDED.matcher(base64).matches(), base64);
  }

  @Test
  void wrongCredentialsOfASocketAre403AndTheBodySaysSo() {
    String wrong = World.basic(world.alice().aci(), "another password");
    String query = "?login=" + world.alice().aci() + "&password=another";
    for (List<String> each : List.of(List.of("", wrong), List.of(query, ""))) {
      String header = each.get(1).isEmpty() ? "" : "Authorization: " + each.get(1) + "\r\n";
      try (RawConnection connection = new RawConnection(world.http().url())) {
        connection.write(
            RawConnection.handshake("GET", RawConnection.KEY + header)
                .replace("/websocket/", "/websocket/" + each.get(0)));
        connection.endOutput();
        String answer = connection.all();
        assertTrue(answer.startsWith("HTTP/1.1 403 "), answer);
        assertTrue(answer.contains("\"code\":\"wrong_credentials\""), answer);
        assertTrue(answer.contains("X-Signal-Timestamp: "), answer);
      }
    }
    ClientSocket.Refused refused =
        assertThrows(
            ClientSocket.Refused.class,
            () -> ClientSocket.open(world.http().url(), "/v1/websocket/", wrong));
    assertEquals(403, refused.status());
  }

  @Test
  void registrationByCodeTellsWrongCodesAndThatNothingBringsAny() throws Exception {
    asWell(
        "closed",
        closed -> {
          Ask open = Ask.post("/v1/verification/session", number());
          assertProblem("closed", ErrorCode.REGISTRATION_CLOSED, closed.ask(open));
        });
    asWell(
        "code",
        byCode -> {
          Phone phone = new Phone(byCode, World.number());
          Ask register =
              Ask.put("/v1/accounts/code/000000", phone.attributes())
                  .with("Authorization", World.basic(phone.handle(), phone.password()));
          Ask code = Ask.get("/v1/accounts/sms/code/" + phone.handle());
          assertProblem("no webhook", ErrorCode.CODE_NOT_SENT, byCode.ask(code));
          assertProblem("again", ErrorCode.CODE_NOT_SENT, byCode.ask(code));
          assertProblem("wrong", ErrorCode.WRONG_CODE, byCode.ask(register));
          try (ClientSocket socket = ClientSocket.open(byCode.url(), "/v1/websocket/", null)) {
            assertProblem("in the socket", ErrorCode.CODE_NOT_SENT, socket.ask(code));
          }
        });
  }

  private static JsonObject number() {
    return new JsonObject().put("number", World.number());
  }

  private interface Step {
    void with(HttpChannel http);
  }

  /** Does something at one more gateway, with another registration.mode and with rate limits. */
  private static void asWell(String registrationMode, Step step) throws Exception {
    gateway.with("registration.mode", registrationMode).with("limits.enabled", "true");
    Serving started = gateway.gateway(gateway.startOne());
    step.with(new HttpChannel(started.publicUrl()));
    EventLoop.result(gateway.stopLast());
  }

  @Test
  void aGatewayThatEndsAnswers503AndWhatWasBegunIsFinished() throws Exception {
    gateway.with("registration.mode", "open").with("limits.enabled", "false");
    Serving ending = gateway.gateway(gateway.startOne());
    byte[] body = world.alice().attributes().toBuffer().getBytes();
    try (RawConnection begun = new RawConnection(ending.publicUrl())) {
      begun.write(
          "PUT /v1/accounts/attributes HTTP/1.1\r\nHost: x\r\nAuthorization: "
              + world.alice().authorization()
              + "\r\nExpect: 100-continue\r\nContent-Length: "
              + body.length
              + "\r\n\r\n");
      assertEquals(100, begun.status());
      // The word to go on is written before the request is looked at.
      HttpChannel management = new HttpChannel(ending.managementUrl());
      EventLoop.until(
          "it is begun",
          () -> management.ask(Ask.get("/metrics")).text().contains("_requests_in_flight 1.0"));
      Future<Void> stopped = gateway.stopLast();
      HttpChannel http = new HttpChannel(ending.publicUrl());
      List<Answer> answers = new ArrayList<>();
      EventLoop.until(
          "draining",
          () -> {
            answers.add(http.ask(Ask.get("/v1/keepalive")));
            return answers.get(answers.size() - 1).status() != 200;
          });
      assertProblem("draining", ErrorCode.DRAINING, answers.get(answers.size() - 1));
      begun.write(body);
      assertEquals(204, begun.status());
      EventLoop.result(stopped);
    }
  }

  @Test
  void withoutRedisIs503AndThenAsBefore() {
    RedisProcess redis = gateway.redis().process();
    Phone linked = world.aliceLinked();
    Ask fetch = Phone.fetching(world.bob().peer());
    HttpChannel http = world.http();
    try (ClientSocket socket =
        ClientSocket.open(http.url(), "/v1/websocket/", linked.authorization())) {
      socket.awaitQueueEmpty();
      redis.kill();
      try {
        assertProblem("over http", ErrorCode.REDIS_UNAVAILABLE, http.ask(linked.signed(fetch)));
        assertProblem("in the socket", ErrorCode.REDIS_UNAVAILABLE, socket.ask(fetch));
      } finally {
        redis.start();
      }
      HttpChannel management = new HttpChannel(gateway.managementUrl());
      EventLoop.until(
          "redis is back", () -> management.ask(Ask.get("/health/ready")).status() == 200);
      http.ask(linked.signed(fetch)).expect(200);
      socket.ask(fetch).expect(200);
    }
  }
}
