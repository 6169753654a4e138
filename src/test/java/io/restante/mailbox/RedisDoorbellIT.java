package io.restante.mailbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.restante.protocol.Identity;
import io.restante.redis.HeldSubscriptions;
import io.restante.redis.RedisMetrics;
import io.restante.testing.EventLoop;
import io.restante.testing.MailboxBed;
import io.restante.testing.RedisServerExtension;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Doorbells of two gateways on one Redis, and the replies of {@code mailbox/open-session}. */
class RedisDoorbellIT {
  @RegisterExtension static final RedisServerExtension redis = new RedisServerExtension();

  private final MailboxBed bed = new MailboxBed(redis);
  private final MailboxBed other = new MailboxBed(redis);
  private final HeldSubscriptions heard = subscriptions(bed);
  private final HeldSubscriptions heardByOther = subscriptions(other);
  private final Doorbell here = new RedisDoorbell(bed.link(), heard, MailboxBed.CONFIG);
  private final Doorbell there = new RedisDoorbell(other.link(), heardByOther, MailboxBed.CONFIG);

  private static HeldSubscriptions subscriptions(MailboxBed of) {
    return of.await(
        () -> HeldSubscriptions.open(of.loop().vertx(), redis.config(), RedisMetrics.none()));
  }

  @BeforeEach
  void account() {
    bed.withDevices(1);
  }

  @AfterEach
  void close() {
    bed.await(heard::close);
    other.await(heardByOther::close);
    other.close();
    bed.close();
  }

  private Doorbell.Session openHere(Ear ear) {
    return bed.await(() -> here.open(bed.device(1), ear));
  }

  private Doorbell.Session openThere(Ear ear) {
    return other.await(() -> there.open(bed.device(1), ear));
  }

  /** Ends a session of this gateway, on its event loop. */
  private void close(Doorbell.Session session) {
    bed.loop()
        .call(
            () -> {
              session.close();
              return true;
            });
  }

  private Object subscribers() {
    return redis.command("PUBSUB", "SHARDNUMSUB", bed.names().doorbell(1)) instanceof List<?> list
        ? String.valueOf(list.get(1))
        : "none";
  }

  @Test
  void sessionsThatDisplaceEachOtherTooOftenAreHeldOffForATime() {
    String key = DisplacedScript.keys(bed.device(1)).get(0);
    for (int displaced = 0; displaced < MailboxBed.CONFIG.displacementsMax(); displaced++) {
      bed.await(() -> here.admit(bed.device(1)));
      other.await(() -> there.countDisplaced(bed.device(1)));
    }
    GatewayException held =
        assertThrows(GatewayException.class, () -> other.await(() -> there.admit(bed.device(1))));
    assertEquals(ErrorCode.RATE_LIMITED, held.code());
    int windowSeconds = MailboxBed.CONFIG.displacementsWindowMs() / 1_000;
    int retryAfter = held.retryAfterSeconds();
    assertTrue(retryAfter <= windowSeconds && retryAfter > windowSeconds - 30, retryAfter + " s");
    bed.await(() -> here.admit(bed.device(2)));
    assertTrue(
        redis.command("PTTL", key) instanceof Long left
            && left > 0
            && left <= MailboxBed.CONFIG.displacementsWindowMs());
    redis.command("PEXPIRE", key, 0);
    bed.await(() -> here.admit(bed.device(1)));
  }

  @Test
  void whoHasGoneBeforeItsSessionIsOpenDisplacesNobody() {
    Ear live = new Ear();
    openHere(live);
    Object number = redis.command("GET", bed.names().sessions(1));
    Ear gone = new Ear();
    gone.leave();
    assertThrows(RuntimeException.class, () -> other.await(() -> there.open(bed.device(1), gone)));
    assertEquals(number, redis.command("GET", bed.names().sessions(1)));
    EventLoop.until("one listens", () -> "1".equals(subscribers()));
    bed.append(bed.send("a", 1));
    live.await("ring");
  }

  @Test
  void eachAppendRingsAndIsCountedAsHeard() {
    Ear ear = new Ear();
    openHere(ear);
    for (int i = 0; i < 2; i++) {
      AppendResult result = bed.append(bed.send("a", 1));
      assertTrue(
          result instanceof AppendResult.Taken taken && taken.parcels().get(0).listeners() == 1);
    }
    ear.await("ring", "ring");
  }

  @Test
  void anOnlineEnvelopeIsPoppedOnceAndLeavesNoKeyBehind() {
    Ear ear = new Ear();
    openHere(ear);
    Append send = bed.send("typing", 1);
    Append online = new Append(bed.aci(), send.identity(), true, 0, true, send.parcels(), null);
    bed.append(online);
    ear.await("online ring");
    List<OnlineEnvelope> popped = bed.await(() -> bed.store().popOnline(bed.device(1), 10));
    assertEquals(1, popped.size());
    assertEquals("typing", MailboxBed.content(popped.get(0).bytes()));
    assertEquals(8, popped.get(0).guid().version());
    assertTrue(popped.get(0).serverTimestampMs() > 1_700_000_000_000L);
    assertEquals(List.of(), bed.await(() -> bed.store().popOnline(bed.device(1), 10)));
    assertEquals(
        0L,
        redis.command(
            "EXISTS", bed.names().mail(1), bed.names().mailBytes(1), bed.names().onlineMail(1)));
  }

  @Test
  void anOnlineEnvelopeThatNobodyFetchesIsGoneWithinSeconds() {
    openHere(new Ear());
    Append send = bed.send("typing", 1);
    bed.append(new Append(bed.aci(), send.identity(), true, 0, true, send.parcels(), null));
    Object left = redis.command("PTTL", bed.names().onlineMail(1));
    assertTrue(left instanceof Long ms && ms > 0 && ms <= AppendScript.ONLINE_TTL_MS);
  }

  @Test
  void aNewerSessionDisplacesTheEarlierOneOnAnotherGatewayOnceAndIsNotDisplacedItself() {
    Ear first = new Ear();
    Ear second = new Ear();
    Ear third = new Ear();
    Doorbell.Session one = openHere(first);
    Doorbell.Session two = openThere(second);
    first.await("displaced");
    Doorbell.Session three = openHere(third);
    second.await("displaced");
    assertTrue(one.number() < two.number() && two.number() < three.number());
    assertFalse(bed.await(one::check));
    assertFalse(other.await(two::check));
    assertTrue(bed.await(three::check));
    bed.append(bed.send("a", 1));
    third.await("ring");
    first.await("displaced", "ring");
  }

  @Test
  void aCheckFindsADisplacementWhoseSignalWasLost() {
    Ear ear = new Ear();
    Doorbell.Session session = openHere(ear);
    assertTrue(bed.await(session::check));
    redis.command("SET", bed.names().sessions(1), session.number() + 1);
    assertFalse(bed.await(session::check));
    assertFalse(bed.await(session::check));
    ear.await("displaced");
  }

  @Test
  void aClosedSessionHearsNothingAndLeavesTheChannel() {
    Ear ear = new Ear();
    Doorbell.Session session = openHere(ear);
    assertEquals("1", subscribers());
    close(session);
    close(session);
    EventLoop.until("left", () -> "0".equals(subscribers()));
    bed.append(bed.send("a", 1));
    openHere(new Ear());
    assertEquals(List.of(), ear.heard());
  }

  @Test
  void anOpenThatFailsLeavesNoSubscription() {
    redis.command("CONFIG", "SET", "maxmemory", 1);
    try {
      assertThrows(GatewayException.class, () -> openHere(new Ear()));
    } finally {
      redis.command("CONFIG", "SET", "maxmemory", 0);
    }
    EventLoop.until("left", () -> "0".equals(subscribers()));
  }

  @Test
  void aNumberThatRedisForgotIsNotGivenOutAgain() {
    long before = openHere(new Ear()).number();
    redis.command("DEL", bed.names().sessions(1));
    assertTrue(openHere(new Ear()).number() > before);
    redis.command("SET", bed.names().sessions(1), before + 1_000_000_000L);
    assertEquals(before + 1_000_000_001L, openHere(new Ear()).number());
    Object left = redis.command("PTTL", bed.names().sessions(1));
    assertTrue(left instanceof Long ms && ms > 0);
  }

  @Test
  void aSessionNeverFindsWhatAnEarlierOneDidNotTake() {
    Doorbell.Session earlier = openHere(new Ear());
    assertEquals(1, online("for the earlier one"));
    close(earlier);
    // Who still listened would be counted with the later one.
    EventLoop.until("left", () -> "0".equals(subscribers()));
    Ear ear = new Ear();
    openThere(ear);
    assertEquals(List.of(), popOnline());
    assertEquals(1, online("for the later one"));
    ear.await("online ring");
    assertEquals(List.of("for the later one"), popOnline());
  }

  /** Sends it; how many hear it. */
  private long online(String content) {
    List<Append.Parcel> parcels = bed.send(content, 1).parcels();
    Append online = new Append(bed.aci(), Identity.ACI, true, 0, true, parcels, null);
    return bed.append(online) instanceof AppendResult.Taken taken
        ? taken.parcels().get(0).listeners()
        : -1;
  }

  private List<String> popOnline() {
    return bed.await(() -> bed.store().popOnline(bed.device(1), 8)).stream()
        .map(envelope -> MailboxBed.content(envelope.bytes()))
        .toList();
  }

  @Test
  void aRestartOfRedisIsToldAndDoorbellsRingAgain() {
    Ear ear = new Ear();
    Doorbell.Session session = openHere(ear);
    redis.process().restart();
    ear.await("reconnect");
    EventLoop.until("usable", () -> bed.loop().call(() -> bed.link().isUsable()));
    assertTrue(bed.await(session::check));
    bed.append(bed.send("a", 1));
    ear.await("reconnect", "ring");
  }

  @Test
  void messagesThatAreNoNumbersAreRings() {
    assertEquals(OptionalLong.empty(), OpenSessionScript.displacer("n"));
    assertEquals(OptionalLong.empty(), OpenSessionScript.displacer("dx"));
    assertEquals(OptionalLong.of(12), OpenSessionScript.displacer("d12"));
  }

  @Test
  void aWordThatIsNotKnownRingsForBoth() {
    Ear ear = new Ear();
    openHere(ear);
    redis.command("SPUBLISH", bed.names().doorbell(1), "n");
    ear.await("ring", "online ring");
  }

  @Test
  void theWordThatPrekeysRunLowIsHeardOrSomebodyIsToWakeTheDevice() {
    assertEquals(Doorbell.Told.TO_BE_WOKEN, tellLowStock());
    assertEquals(Doorbell.Told.WOKEN_BEFORE, tellLowStock());
    Ear ear = new Ear();
    openThere(ear);
    assertEquals(Doorbell.Told.HEARD, tellLowStock());
    ear.await("low stock");
    redis.command("DEL", TellLowStockScript.keys(bed.device(1)).get(0));
    assertEquals(Doorbell.Told.HEARD, tellLowStock(), "a heard word leaves nothing behind");
    assertEquals(0L, redis.command("EXISTS", TellLowStockScript.keys(bed.device(1)).get(0)));
  }

  private Doorbell.Told tellLowStock() {
    return bed.await(() -> here.tellLowStock(bed.device(1)));
  }
}
