package io.restante.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.testing.EventLoop;
import io.restante.testing.GatewayExtension;
import io.restante.testing.client.Answer;
import io.restante.testing.client.Ask;
import io.restante.testing.client.Channel;
import io.restante.testing.client.HttpChannel;
import io.restante.testing.client.Outgoing;
import io.restante.testing.client.Phone;
import io.restante.testing.client.SealedSender;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Limits of sends, at the limit and just over it, over HTTP and in the socket. */
class SendLimitsIT {
  private static final int SENDER = 4;

  /** One token comes back an hour, so none does while a test runs. */
  @RegisterExtension
  static final GatewayExtension gateways =
      new GatewayExtension(2)
          .with("limits.enabled", "true")
          .with("limits.sender-burst", "" + SENDER)
          .with("limits.sender-per-hour", "1")
          .with("http.trusted-proxies", "127.0.0.1");

  private Cast cast;
  private Phone alice;
  private Phone bob;

  @BeforeEach
  void begin() {
    cast = new Cast(gateways.publicUrl());
    alice = cast.phone();
    bob = cast.phoneWithKeys(1);
  }

  @AfterEach
  void end() {
    cast.close();
  }

  private static Ask to(Phone peer) {
    byte[] content = "content".getBytes(StandardCharsets.US_ASCII);
    return Outgoing.sending(peer.aci(), 1, List.of(new Outgoing(6, 1, 0, content)));
  }

  private Ask anonymous(Phone peer, String address) {
    return to(peer)
        .with("Unidentified-Access-Key", peer.accessKey())
        .with("X-Forwarded-For", address);
  }

  private int waiting(Phone phone) {
    return phone.ask(Ask.get("/v1/messages")).expect(200).json().getJsonArray("messages").size();
  }

  private static void assertLimited(Answer answer) {
    answer.expect(429);
    assertEquals("rate_limited", answer.json().getString("code"));
    int seconds = Integer.parseInt(Objects.requireNonNull(answer.header("Retry-After")));
    assertTrue(seconds > 3_500 && seconds <= 3_600, seconds + " s");
  }

  private void exhaust(Channel channel, Ask ask) {
    for (int i = 0; i < SENDER; i++) {
      channel.ask(ask).expect(200);
    }
  }

  @Test
  void anAccountSendsItsBurstToAnotherAndThen429AndNothingIsStored() {
    exhaust(cast.http(), alice.signed(to(bob)));
    assertLimited(alice.ask(to(bob)));
    double limited = gateways.metric("restante_sends_limited_total");
    assertLimited(cast.connect(alice).ask(to(bob)));
    assertEquals(limited + 1, gateways.metric("restante_sends_limited_total"));
    assertLimited(alice.ask(Ask.put("/v1/receipt/" + bob.aci() + "/5", "")));
    assertEquals(SENDER, waiting(bob));
    Phone carol = cast.phone();
    alice.ask(to(carol)).expect(200);
    carol.ask(to(bob)).expect(200);
  }

  @Test
  void whatOnesOwnDevicesTellEachOtherIsNotLimited() {
    Phone tablet = bob.link();
    for (int i = 0; i <= SENDER; i++) {
      tablet.ask(to(bob)).expect(200);
    }
    assertEquals(SENDER + 1, waiting(bob));
  }

  @Test
  void anAnonymousAddressSendsItsBurstToAnAccountAndThen429() {
    exhaust(cast.http(), anonymous(bob, "198.51.100.7"));
    assertLimited(cast.http().ask(anonymous(bob, "198.51.100.7")));
    cast.http().ask(anonymous(bob, "198.51.100.8")).expect(200);
    cast.http().ask(anonymous(cast.phone(), "198.51.100.7")).expect(200);
  }

  @Test
  void aMessageToManyIsRefusedWholeWhereOneOfThemIsOverTheLimit() {
    Phone carol = cast.phoneWithKeys(1);
    for (Phone peer : List.of(bob, carol)) {
      alice.startSession(peer.peer(), alice.fetch(peer.peer()));
    }
    exhaust(cast.http(), alice.signed(to(carol)));
    byte[] message = new SealedSender().sealForAll(alice, List.of(bob, carol), "to both");
    Map<String, String> type = Map.of("Content-Type", "application/vnd.signal-messenger.mrm");
    Ask toBoth = new Ask("PUT", "/v1/messages/multi_recipient?ts=1", type, message);
    for (int i = 0; i < SENDER; i++) {
      assertLimited(alice.ask(toBoth));
    }
    assertEquals(0, waiting(bob));
    assertEquals(SENDER, waiting(carol));
    // And it costs nothing of what Alice may send to Bob.
    exhaust(cast.http(), alice.signed(to(bob)));
  }

  @Test
  void theOtherGatewayHearsOfIt() {
    Channel there = new HttpChannel(gateways.gateway(1).publicUrl());
    exhaust(cast.http(), alice.signed(to(bob)));
    EventLoop.until("told", () -> there.ask(alice.signed(to(bob))).status() == 429);
    assertTrue(waiting(bob) <= 2 * SENDER);
  }
}
