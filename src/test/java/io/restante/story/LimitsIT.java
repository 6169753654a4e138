package io.restante.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.testing.GatewayExtension;
import io.restante.testing.client.Answer;
import io.restante.testing.client.Ask;
import io.restante.testing.client.Channel;
import io.restante.testing.client.HttpChannel;
import io.restante.testing.client.Phone;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Limits of claims, at each limit and just over it, over HTTP and in the socket. */
class LimitsIT {
  private static final int CALLER = 3;
  private static final int ADDRESS = 5;
  private static final int DEVICE = 8;

  /** One token comes back an hour, so none does while a test runs. */
  @RegisterExtension
  static final GatewayExtension gateways =
      new GatewayExtension(2)
          .with("limits.enabled", "true")
          .with("limits.caller-burst", "" + CALLER)
          .with("limits.caller-per-hour", "1")
          .with("limits.address-burst", "" + ADDRESS)
          .with("limits.address-per-hour", "1")
          .with("limits.device-burst", "" + DEVICE)
          .with("limits.device-per-hour", "1")
          .with("http.trusted-proxies", "127.0.0.1");

  private Cast cast;
  private Phone bob;

  @BeforeEach
  void begin() {
    cast = new Cast(gateways.publicUrl());
    bob = cast.phoneWithKeys(40);
  }

  @AfterEach
  void end() {
    cast.close();
  }

  /** An anonymous fetch by a client behind the proxy. */
  private Ask anonymous(Phone peer, String address) {
    return Phone.fetching(peer.peer())
        .with("Unidentified-Access-Key", peer.accessKey())
        .with("X-Forwarded-For", address);
  }

  /** Sends all of them before the first is answered. */
  private static List<Answer> atOnce(int count, Channel channel, IntFunction<Ask> ask) {
    List<CompletableFuture<Answer>> sent = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      sent.add(channel.send(ask.apply(i)));
    }
    return sent.stream().map(CompletableFuture::join).toList();
  }

  private static long answered(List<Answer> answers, int status) {
    return answers.stream().filter(answer -> answer.status() == status).count();
  }

  private static boolean hasOneTimeKey(Answer answer) {
    return Phone.bundle(answer).preKey() != null;
  }

  private static long withOneTimeKey(List<Answer> answers) {
    return answers.stream().filter(LimitsIT::hasOneTimeKey).count();
  }

  private static void assertLimited(Answer answer) {
    answer.expect(429);
    assertEquals("rate_limited", answer.json().getString("code"));
    int seconds = Integer.parseInt(Objects.requireNonNull(answer.header("Retry-After")));
    assertTrue(seconds > 3_500 && seconds <= 3_600, seconds + " s");
  }

  @Test
  void anAccountGetsItsBurstFromADeviceAndThen429() {
    Phone alice = cast.phone();
    for (int i = 0; i < CALLER; i++) {
      assertNotNull(alice.fetch(bob.peer()).preKey());
    }
    int before = bob.stock().ec();
    assertLimited(alice.ask(Phone.fetching(bob.peer())));
    assertEquals(before, bob.stock().ec(), "nothing was popped");
    Phone carol = cast.phoneWithKeys(1);
    assertNotNull(alice.fetch(carol.peer()).preKey(), "another device is another bucket");
    assertNotNull(carol.fetch(bob.peer()).preKey(), "another account is another bucket");
  }

  @Test
  void inTheSocketItIsTheSame() {
    Phone alice = cast.phone();
    Channel socket = cast.connect(alice);
    for (int i = 0; i < CALLER; i++) {
      assertNotNull(Phone.bundle(socket.ask(Phone.fetching(bob.peer()))).preKey());
    }
    assertLimited(socket.ask(Phone.fetching(bob.peer())));
    assertLimited(alice.ask(Phone.fetching(bob.peer())));
  }

  @Test
  void allDevicesAreAskedForBeforeTheFirstPop() {
    Phone alice = cast.phone();
    Ask all = Ask.get("/v2/keys/" + bob.aci() + "/*");
    for (int i = 0; i < CALLER; i++) {
      alice.ask(all).expect(200);
    }
    int before = bob.stock().ec();
    assertLimited(alice.ask(all));
    assertEquals(before, bob.stock().ec());
  }

  @Test
  void aDeviceGivesItsBurstToAllTogetherAndServesOthersWithout() {
    List<Answer> answers = atOnce(100, cast.http(), i -> anonymous(bob, "192.0.2." + i));
    assertEquals(100, answered(answers, 200), "never 429 or 503");
    assertEquals(DEVICE, withOneTimeKey(answers), "a cold bucket holds its burst");
    assertEquals(40 - DEVICE, bob.stock().ec());
    Answer more = cast.phone().ask(Phone.fetching(bob.peer())).expect(200);
    assertEquals(null, Phone.bundle(more).preKey());
    assertNotNull(Phone.bundle(more).pqPreKey(), "the last-resort key is there");
  }

  @Test
  void anAddressGetsItsBurstAndThen429() {
    List<Phone> peers = new ArrayList<>();
    for (int i = 0; i <= ADDRESS; i++) {
      peers.add(cast.phoneWithKeys(1));
    }
    String address = "198.51.100.7";
    for (int i = 0; i < ADDRESS; i++) {
      cast.http().ask(anonymous(peers.get(i), address)).expect(200);
    }
    assertLimited(cast.http().ask(anonymous(peers.get(ADDRESS), address)));
    cast.http().ask(anonymous(peers.get(ADDRESS), "198.51.100.8")).expect(200);
  }

  @Test
  void anAddressIsASingleCallerForADevice() {
    List<Answer> answers = atOnce(20, cast.http(), i -> anonymous(bob, "2001:db8:7:7::" + (i + 1)));
    assertEquals(CALLER, answered(answers, 200), "one /64 is one caller");
    assertEquals(20 - CALLER, answered(answers, 429));
    cast.http().ask(anonymous(bob, "2001:db8:7:8::1")).expect(200);
  }

  @Test
  void anAnonymousSocketHasTheAddressThatItCameFrom() {
    Channel socket = cast.connectAnonymously();
    for (int i = 0; i < CALLER; i++) {
      socket.ask(anonymous(bob, "203.0.113." + i)).expect(200);
    }
    assertLimited(socket.ask(anonymous(bob, "203.0.113.77")));
  }

  @Test
  void aHundredAtOnceGetTheBurstOfAColdNodeAndNoMore() {
    Phone alice = cast.phone();
    Ask ask = alice.signed(Phone.fetching(bob.peer()));
    List<Answer> answers = atOnce(100, cast.http(), i -> ask);
    assertEquals(CALLER, answered(answers, 200));
    assertEquals(100 - CALLER, answered(answers, 429));
  }

  @Test
  void theMetricsTellWhichLimitRefused() {
    Phone alice = cast.phone();
    double callers = limited("caller");
    double devices = limited("device");
    double addresses = limited("address");
    atOnce(CALLER + 2, cast.http(), i -> alice.signed(Phone.fetching(bob.peer())));
    assertEquals(callers + 2, limited("caller"));
    atOnce(DEVICE - CALLER + 4, cast.http(), i -> anonymous(bob, "192.0.2." + i));
    assertEquals(devices + 4, limited("device"));
    List<Phone> peers = Cast.many(ADDRESS + 1, i -> cast.phoneWithKeys(1));
    atOnce(ADDRESS + 1, cast.http(), i -> anonymous(peers.get(i), "203.0.113.9"));
    assertEquals(addresses + 1, limited("address"));
    assertEquals(callers + 2, limited("caller"));
  }

  private static double limited(String limit) {
    return gateways.metric("restante_claims_limited_total{limit=\"" + limit + "\"}");
  }

  @Test
  void twoGatewaysTogetherGiveNoMoreThanABurstEach() {
    Phone alice = cast.phone();
    Ask ask = alice.signed(Phone.fetching(bob.peer()));
    Channel there = new HttpChannel(gateways.gateway(1).publicUrl());
    there.ask(alice.signed(Ask.get("/v1/accounts/whoami"))).expect(200);
    List<Answer> here = atOnce(50, cast.http(), i -> ask);
    List<Answer> elsewhere = atOnce(50, there, i -> ask);
    long taken = answered(here, 200) + answered(elsewhere, 200);
    assertTrue(taken >= CALLER && taken <= 2 * CALLER, taken + " claims");
    assertEquals(100 - taken, answered(here, 429) + answered(elsewhere, 429));
    List<Answer> anonymous = new ArrayList<>();
    anonymous.addAll(atOnce(50, cast.http(), i -> anonymous(bob, "192.0.2." + i)));
    anonymous.addAll(atOnce(50, there, i -> anonymous(bob, "192.0.2." + (100 + i))));
    assertEquals(100, answered(anonymous, 200));
    long keys = withOneTimeKey(anonymous) + taken;
    assertTrue(keys >= DEVICE && keys <= 2 * DEVICE, keys + " one-time keys");
    assertEquals(40 - keys, bob.stock().ec());
  }
}
