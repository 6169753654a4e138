package io.restante.story;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.restante.testing.EventLoop;
import io.restante.testing.GatewayExtension;
import io.restante.testing.client.Answer;
import io.restante.testing.client.Ask;
import io.restante.testing.client.ClientSocket;
import io.restante.testing.client.Phone;
import io.restante.testing.client.Stock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A claim whose answer was lost is asked for again, wherever, and takes nothing more. */
class IdempotentClaimIT {
  private static final String HEADER = "Idempotency-Key";
  private static final int KEYS = 10;
  private static final Stock ONE_LESS = new Stock(KEYS - 1, KEYS - 1);

  @RegisterExtension static final GatewayExtension gateways = new GatewayExtension(2);

  private Cast here;
  private Cast there;
  private Phone bob;
  private Phone alice;
  private Ask ask;

  @BeforeEach
  void begin() {
    here = new Cast(gateways.gateway(0).publicUrl());
    there = new Cast(gateways.gateway(1).publicUrl());
    bob = here.phoneWithKeys(KEYS);
    alice = here.phone();
    ask = Phone.fetching(bob.peer()).with(HEADER, UUID.randomUUID().toString());
  }

  @AfterEach
  void end() {
    here.close();
    there.close();
  }

  private static String ecKey(Answer answer) {
    return HexFormat.of()
        .formatHex(Objects.requireNonNull(Phone.bundle(answer).preKey()).serialize());
  }

  @Test
  void theSameBytesComeFromEitherGatewayOverHttpAndInTheSocketAndOneKeyIsTaken() {
    for (Ask each : List.of(ask, ask.at("/v2/keys/" + bob.aci() + "/*"))) {
      Ask fresh = each.with(HEADER, UUID.randomUUID().toString());
      Stock before = bob.stock();
      Answer first = here.http().ask(alice.signed(fresh)).expect(200);
      ClientSocket socket = there.connect(alice);
      assertArrayEquals(first.body(), there.http().ask(alice.signed(fresh)).expect(200).body());
      assertArrayEquals(first.body(), socket.ask(fresh).expect(200).body());
      assertArrayEquals(first.body(), here.http().ask(alice.signed(fresh)).expect(200).body());
      assertEquals(new Stock(before.ec() - 1, before.kyber() - 1), bob.stock());
    }
  }

  @Test
  void twentyAtOnceAtBothGatewaysAreOneClaim() {
    List<CompletableFuture<Answer>> answers = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      answers.add((i % 2 == 0 ? here : there).http().send(alice.signed(ask)));
    }
    Set<String> bodies = new HashSet<>();
    answers.forEach(answer -> bodies.add(answer.join().expect(200).text()));
    assertEquals(1, bodies.size());
    assertEquals(ONE_LESS, bob.stock());
  }

  @Test
  void anotherCallerGetsHisOwnUnderTheSameKey() {
    String alices = ecKey(here.http().ask(alice.signed(ask)));
    Phone carol = here.phone();
    assertNotEquals(alices, ecKey(there.http().ask(carol.signed(ask))));
    assertEquals(new Stock(KEYS - 2, KEYS - 2), bob.stock());
  }

  @Test
  void whatALostAnswerHeldComesFromTheOtherGateway() {
    askAndLoseTheAnswer(alice.signed(ask));
    Answer again = there.http().ask(alice.signed(ask)).expect(200);
    assertEquals(ONE_LESS, bob.stock());
    assertArrayEquals(again.body(), here.http().ask(alice.signed(ask)).expect(200).body());
    assertEquals(ONE_LESS, bob.stock());
  }

  @Test
  void withoutTheHeaderNothingIsReplayedAndTheKeyOfALostAnswerIsBurned() {
    askAndLoseTheAnswer(alice.signed(Phone.fetching(bob.peer())));
    Set<String> rest = new HashSet<>();
    for (int i = 0; i < KEYS - 1; i++) {
      rest.add(
          ecKey((i % 2 == 0 ? here : there).http().ask(alice.signed(Phone.fetching(bob.peer())))));
    }
    assertEquals(KEYS - 1, rest.size());
    assertEquals(new Stock(0, 0), bob.stock());
  }

  @Test
  void afterTheWindowTheSameKeyClaimsAnew() {
    String first = ecKey(here.http().ask(alice.signed(ask)));
    List<?> records =
        (List<?>)
            Objects.requireNonNull(
                gateways.redis().command("KEYS", "{" + bob.aci() + "}:idempotency:*"));
    assertEquals(1, records.size());
    gateways.redis().command("PEXPIRE", Objects.requireNonNull(records.get(0)), 1);
    EventLoop.until(
        "the window has ended", () -> !ecKey(there.http().ask(alice.signed(ask))).equals(first));
    assertEquals(new Stock(KEYS - 2, KEYS - 2), bob.stock());
  }

  /** Until the key is taken; a client library might ask again by itself. */
  private void askAndLoseTheAnswer(Ask lost) {
    StringBuilder request = new StringBuilder("GET " + lost.path() + " HTTP/1.1\r\nHost: x\r\n");
    lost.headers()
        .forEach((name, value) -> request.append(name).append(": ").append(value).append("\r\n"));
    int port = URI.create(here.http().url()).getPort();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket
          .getOutputStream()
          .write(request.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
      EventLoop.until("the key is taken", () -> bob.stock().equals(ONE_LESS));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
