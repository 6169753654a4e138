package io.restante.push;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.limit.Rate;
import io.restante.mailbox.EnvelopeId;
import io.restante.push.OwedPush.Kind;
import io.restante.push.Pushes.When;
import io.restante.testing.EventLoop;
import io.restante.testing.RedisServerExtension;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What becomes of pushes that are owed, at a provider that answers as the test says. */
class PushWorkerIT {
  private static final PushOutcome ACCEPTED = new PushOutcome.Accepted();

  @RegisterExtension static final RedisServerExtension redis = new RedisServerExtension();

  private final PushBed bed = new PushBed(redis);
  private PushWorker worker;
  private QueuedPushes pushes;

  @BeforeEach
  void begin() {
    bed.register();
    worker = bed.work(PushBed.CONFIG);
    pushes = bed.pushes(worker, PushBed.CONFIG);
  }

  @AfterEach
  void close() {
    bed.close();
  }

  private void stopWorker() {
    bed.mail
        .loop()
        .call(
            () -> {
              worker.close();
              return true;
            });
  }

  /** What is owed and what becomes of it before a worker looks at it, as late as it may be. */
  private void beforeItIsLookedAt(Runnable steps) {
    stopWorker();
    steps.run();
    worker = bed.work(PushBed.CONFIG);
    lookNow();
  }

  /** The worker looks at all shards at once, as it would by itself within seconds. */
  private void lookNow() {
    IntStream.range(0, PushQueue.SHARDS).forEach(shard -> worker.soon(shard, 0));
  }

  /** In place of the worker that began. */
  private void workWith(PushConfig config) {
    stopWorker();
    worker = bed.work(config);
    pushes = bed.pushes(worker, config);
  }

  private OwedPush mail(String content) {
    return bed.envelope(bed.mail.appendAll(content).get(0));
  }

  private void owe(When when, OwedPush... owed) {
    bed.mail.await(() -> pushes.owe(List.of(owed), when));
  }

  private void ack(OwedPush owed) {
    EnvelopeId id = owed.envelope();
    List<EnvelopeId> ids = List.of(id);
    bed.mail.await(() -> bed.mail.store().ack(owed.device(), ids));
    bed.mail
        .loop()
        .call(
            () -> {
              pushes.acked(owed.device(), ids);
              return true;
            });
  }

  /** Where a provider's answer comes in. */
  private void accept(Promise<PushOutcome> answered) {
    bed.mail
        .loop()
        .call(
            () -> {
              answered.complete(ACCEPTED);
              return true;
            });
  }

  private void awaitSent(String... contents) {
    EventLoop.until("sent", () -> bed.provider.contents().equals(List.of(contents)));
  }

  private void awaitNothingOwed() {
    EventLoop.until("nothing is owed", () -> bed.owed().isEmpty());
  }

  private double pushes(String outcome) {
    return bed.count("restante.pushes", "provider", "fcm", "outcome", outcome);
  }

  @Test
  void whatIsOwedAtOnceIsSentWithItsEnvelopeAndThenOwedNoMore() {
    owe(When.NOW, mail("content"));
    awaitSent("content");
    awaitNothingOwed();
    Push push = bed.provider.sent.get(0);
    assertEquals(PushBed.TOKEN, push.target());
    assertTrue(push.urgent());
    assertEquals(1, pushes("accepted"));
    assertEquals(1, bed.count("restante.pushes.inline", "provider", "fcm"));
  }

  @Test
  void anEnvelopeThatDoesNotFitOnlyWakes() {
    owe(When.NOW, mail("c".repeat(200)));
    awaitSent("-");
  }

  @Test
  void whatIsAckedInTimeIsNotPushed() {
    OwedPush acked = mail("acked");
    OwedPush late = mail("late");
    beforeItIsLookedAt(
        () -> {
          owe(When.UNLESS_ACKED, acked, late);
          ack(acked);
          EventLoop.until("taken back", () -> bed.owed().equals(List.of(late)));
        });
    awaitSent("late");
    awaitNothingOwed();
  }

  @Test
  void anAckWhoseTakingBackWasLostIsSeenInTheMailbox() {
    OwedPush acked = mail("acked");
    EnvelopeId id = acked.envelope();
    beforeItIsLookedAt(
        () -> {
          owe(When.UNLESS_ACKED, acked);
          bed.mail.await(() -> bed.mail.store().ack(acked.device(), List.of(id)));
          assertEquals(List.of(acked), bed.owed());
        });
    awaitNothingOwed();
    assertEquals(List.of(), bed.provider.sent);
  }

  @Test
  void whatADeadGatewayHadBegunAnotherTakesUpAfterTheLease() {
    OwedPush begun = mail("content");
    stopWorker();
    // As a gateway leaves it that dies right behind this.
    bed.mail.<Integer>await(() -> bed.queue().owe(List.of(begun), 1_000));
    assertEquals(List.of(begun), bed.owed());
    // It looks by itself.
    bed.work(PushBed.CONFIG);
    awaitSent("content");
    awaitNothingOwed();
  }

  @Test
  void aGatewayThatEndsFinishesWhatItHasBegun() {
    Promise<PushOutcome> answered = Promise.promise();
    bed.provider.answer = push -> answered.future();
    owe(When.NOW, mail("content"));
    awaitSent("content");
    Future<Void> drained = worker.drain(10_000);
    owe(When.NOW, mail("later"));
    accept(answered);
    EventLoop.result(drained);
    EventLoop.until("one is owed", () -> bed.owed().size() == 1);
    awaitSent("content");
    worker = bed.work(PushBed.CONFIG);
    lookNow();
    awaitSent("content", "later");
  }

  @Test
  void aPushThatTheProviderCannotTakeNowIsTriedAgain() {
    bed.provider.answer =
        push ->
            Future.succeededFuture(
                bed.provider.sent.size() == 1 ? new PushOutcome.Later(1) : ACCEPTED);
    owe(When.NOW, mail("content"));
    awaitSent("content", "content");
    awaitNothingOwed();
    assertEquals(1, pushes("later"));
  }

  @Test
  void aProviderThatFailsIsAskedAgainAndThePauseIsTheProvidersWhereThatIsLonger() {
    bed.provider.answer =
        push ->
            bed.provider.sent.size() == 1
                ? Future.failedFuture(new IllegalStateException("away"))
                : Future.succeededFuture(new PushOutcome.Later(3_600_000));
    owe(When.NOW, mail("content"));
    awaitSent("content", "content");
    EventLoop.until("put off for an hour", () -> dueInMs() > 3_000_000);
    assertEquals(1, pushes("failed"));
  }

  private long dueInMs() {
    Object score = redis.command("ZRANGE", bed.key(), 0, 0, "WITHSCORES");
    String text = score instanceof List<?> both && both.size() == 2 ? both.get(1).toString() : "0";
    return (long) (Double.parseDouble(text) / 1024) - System.currentTimeMillis();
  }

  @Test
  void aTokenThatIsGoneIsTakenAwayAndNothingIsOwedForIt() {
    bed.provider.answer =
        push -> Future.succeededFuture(new PushOutcome.Gone(System.currentTimeMillis()));
    owe(When.NOW, mail("content"));
    awaitNothingOwed();
    assertNull(bed.device("gcm"));
    assertNotNull(bed.device("push-lost"));
    assertEquals(1, bed.count("restante.push.tokens.lost", "provider", "fcm"));
    assertEquals(List.of("content"), bed.mail.contents(1));
  }

  @Test
  void aReportThatIsOlderThanTheTokenTakesNothingAway() {
    bed.provider.answer = push -> Future.succeededFuture(new PushOutcome.Gone(0));
    owe(When.NOW, mail("content"));
    awaitNothingOwed();
    assertEquals(PushBed.TOKEN, bed.device("gcm"));
    assertEquals(0, bed.count("restante.push.tokens.lost", "provider", "fcm"));
  }

  @Test
  void aPayloadThatIsRefusedBecomesAWakeUpAndTheTokenStays() {
    bed.provider.answer =
        push ->
            Future.succeededFuture(
                push.envelope() == null ? ACCEPTED : new PushOutcome.Refused("PayloadTooLarge"));
    owe(When.NOW, mail("content"));
    awaitSent("content", "-");
    awaitNothingOwed();
    assertEquals(PushBed.TOKEN, bed.device("gcm"));
    assertEquals(1, pushes("refused"));
  }

  @Test
  void whatIsOverTheBudgetCollapsesIntoOneWakeUp() {
    workWith(PushBed.config(Rate.every(2, 600_000), 60_000));
    owe(When.NOW, IntStream.range(0, 6).mapToObj(i -> mail("m" + i)).toArray(OwedPush[]::new));
    awaitSent("m0", "m1");
    EventLoop.until(
        "one is left for when there is budget again",
        () -> bed.owed().equals(List.of(bed.word(Kind.EXCESS))) && dueInMs() > 300_000);
    redis.command("DEL", bed.mail.names().pushBudget(1));
    redis.command("ZADD", bed.key(), 0, bed.word(Kind.EXCESS).text());
    lookNow();
    awaitSent("m0", "m1", "-");
    awaitNothingOwed();
    assertEquals(4, bed.count("restante.pushes.over.budget"));
    assertEquals(6, bed.mail.contents(1).size());
    assertTrue(bed.provider.sent.get(2).urgent());
  }

  @Test
  void ofQuietMailThereIsOneWordInAnInterval() {
    mail("first");
    owe(When.NOW, bed.word(Kind.QUIET));
    awaitSent("-");
    awaitNothingOwed();
    owe(When.NOW, bed.word(Kind.QUIET));
    owe(When.NOW, bed.word(Kind.QUIET));
    EventLoop.until("put off", () -> dueInMs() > 30_000);
    assertEquals(1, bed.owed().size());
    redis.command("DEL", bed.mail.names().pushQuiet(1));
    assertEquals(1, bed.provider.sent.size());
  }

  @Test
  void aDeviceThatLeftMailIsWokenAfterAWhileUnlessItIsBack() {
    mail("left");
    redis.whileHeard(
        bed.mail.names().doorbell(1),
        () -> {
          owe(When.UNLESS_BACK, bed.word(Kind.LEFT));
          awaitNothingOwed();
        });
    assertEquals(List.of(), bed.provider.sent);
    owe(When.UNLESS_BACK, bed.word(Kind.LEFT));
    awaitSent("-");
    awaitNothingOwed();
  }

  @Test
  void pushesOfADeletedDeviceGoWithTheNextLookAtThem() {
    OwedPush content = mail("content");
    beforeItIsLookedAt(
        () -> {
          owe(When.UNLESS_ACKED, content, bed.word(Kind.STOCK));
          redis.command("DEL", bed.mail.names().device(1));
        });
    awaitNothingOwed();
    assertEquals(List.of(), bed.provider.sent);
  }

  @Test
  void noMoreAreUnderWayThanMayBeAndTheOthersFollow() {
    Promise<PushOutcome> answered = Promise.promise();
    bed.provider.answer = push -> answered.future();
    workWith(PushBed.config(Rate.every(100, 1_000), 60_000));
    for (int i = 0; i < 12; i++) {
      owe(When.NOW, mail("m" + i));
    }
    EventLoop.until("as many as may", () -> bed.provider.sent.size() == 8);
    assertEquals(8, bed.registry.get("restante.pushes.in.flight").gauge().value());
    bed.provider.answer = push -> Future.succeededFuture(ACCEPTED);
    accept(answered);
    awaitNothingOwed();
    assertEquals(12, bed.provider.sent.size());
  }

  @Test
  void claimsOfAllShardsTogetherBringNoMoreThanMayBeUnderWay() {
    stopWorker();
    List<OwedPush> words =
        IntStream.range(0, 4 * PushQueue.SHARDS).mapToObj(bed::wordInShard).toList();
    words.forEach(word -> bed.mail.<Integer>await(() -> bed.queue().owe(List.of(word), 0)));
    Promise<PushOutcome> answered = Promise.promise();
    bed.provider.answer = push -> answered.future();
    worker = bed.work(PushBed.CONFIG);
    lookNow();
    EventLoop.until("as many as may", () -> bed.provider.sent.size() == 8);
    bed.provider.answer = push -> Future.succeededFuture(ACCEPTED);
    accept(answered);
    EventLoop.until("all of them", () -> bed.provider.sent.size() == words.size());
    assertEquals(0, pushes("held_back"), "claimed without room");
  }

  @Test
  void whatAnotherGatewayCanBringIsLeftToIt() {
    redis.command("HDEL", bed.mail.names().device(1), "gcm");
    redis.command("HSET", bed.mail.names().device(1), "apn", "of another provider");
    owe(When.NOW, mail("first"), mail("second"));
    EventLoop.until("left", () -> bed.owed().equals(List.of(bed.word(Kind.EXCESS))));
    stopWorker();
    PushBed.Stub there = new PushBed.Stub();
    worker = bed.work(PushBed.CONFIG, Map.of(Provider.APNS, there));
    lookNow();
    EventLoop.until("brought by the other", () -> there.contents().equals(List.of("-")));
    awaitNothingOwed();
    assertEquals(List.of(), bed.provider.sent);
  }

  @Test
  void whatNoGatewayCanBringIsGivenUpAfterAWhile() {
    redis.command("HDEL", bed.mail.names().device(1), "gcm");
    redis.command("HSET", bed.mail.names().device(1), "apn", "of another provider");
    OwedPush word = bed.word(Kind.STOCK);
    beforeItIsLookedAt(
        () -> {
          bed.mail.<Integer>await(() -> bed.queue().owe(List.of(word), 0));
          int last = PushDelivery.ELSEWHERE_TRIES_MAX;
          bed.mail.<Boolean>await(() -> bed.queue().postpone(word, 0, last));
        });
    awaitNothingOwed();
    assertEquals(List.of(), bed.provider.sent);
  }

  @Test
  void aProviderThatIsAwayIsLeftAloneForAWhile() {
    int all = CircuitBreaker.FAILURES_MAX + 2;
    bed.provider.answer =
        push ->
            bed.provider.sent.size() <= CircuitBreaker.FAILURES_MAX
                ? Future.failedFuture(new IllegalStateException("away"))
                : Future.succeededFuture(ACCEPTED);
    workWith(PushBed.config(Rate.every(100, 1_000), 60_000, all));
    // All at once: the last of them come while it is left alone.
    owe(When.NOW, IntStream.range(0, all).mapToObj(i -> mail("m" + i)).toArray(OwedPush[]::new));
    awaitNothingOwed();
    assertEquals(CircuitBreaker.FAILURES_MAX, pushes("failed"));
    assertEquals(1, bed.count("restante.push.breaks", "provider", "fcm"));
    assertTrue(pushes("held_back") >= 2, "held back: " + pushes("held_back"));
    assertEquals(all, pushes("accepted"));
  }
}
