package io.restante.push;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.mailbox.EnvelopeId;
import io.restante.mailbox.StreamId;
import io.restante.push.OwedPush.Kind;
import io.restante.push.PushQueue.Claim;
import io.restante.push.PushQueue.Claimed;
import io.restante.redis.DueQueue;
import io.restante.testing.EventLoop;
import io.restante.testing.RedisServerExtension;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every branch of {@code redis/owe}, {@code redis/claim} and {@code redis/postpone}. */
class PushQueueIT {
  private static final int LEASE_MS = 60_000;

  @RegisterExtension static final RedisServerExtension redis = new RedisServerExtension();

  private final PushBed bed = new PushBed(redis);
  private final PushQueue queue = bed.queue();
  private final OwedPush first = bed.envelope(new EnvelopeId(new StreamId(5, 0), 1));
  private final OwedPush second = bed.envelope(new EnvelopeId(new StreamId(5, 1), 1));

  @AfterEach
  void close() {
    bed.close();
  }

  private int owe(long afterMs, OwedPush... pushes) {
    return bed.mail.await(() -> queue.owe(List.of(pushes), afterMs));
  }

  private Claim claim(int countMax, int leaseMs) {
    int shard = PushQueue.shardOf(bed.mail.aci());
    return bed.mail.await(() -> queue.claim(shard, countMax, leaseMs));
  }

  private boolean postpone(OwedPush push, long afterMs, int tries) {
    return bed.mail.await(() -> queue.postpone(push, afterMs, tries));
  }

  private static void assertWithin(OptionalLong ms, long from, long to) {
    assertTrue(ms.isPresent() && ms.getAsLong() >= from && ms.getAsLong() <= to, "in " + ms);
  }

  @Test
  void whatIsOwedIsClaimedOnceItIsDue() {
    assertEquals(new Claim(List.of(), OptionalLong.empty()), claim(10, LEASE_MS));
    assertEquals(2, owe(0, first, second));
    owe(30_000, bed.word(Kind.QUIET));
    Claim claim = claim(10, LEASE_MS);
    assertEquals(
        Set.of(new Claimed(first, 0), new Claimed(second, 0)), Set.copyOf(claim.claimed()));
    assertWithin(claim.nextMs(), 20_000, 30_000);
  }

  @Test
  void whatIsOwedAlreadyStaysAsItIs() {
    owe(30_000, first);
    assertEquals(1, owe(0, first, second));
    assertEquals(List.of(new Claimed(second, 0)), claim(10, LEASE_MS).claimed());
  }

  @Test
  void aClaimHasUpToItsCountTheLongestOverdueFirst() {
    owe(0, second);
    owe(1, first);
    assertEquals(List.of(new Claimed(second, 0)), claim(1, LEASE_MS).claimed());
    EventLoop.until(
        "the other is due",
        () -> claim(1, LEASE_MS).claimed().equals(List.of(new Claimed(first, 0))));
  }

  @Test
  void whatIsClaimedIsNobodyElsesUntilItsLeaseIsOver() {
    owe(0, first);
    assertEquals(List.of(new Claimed(first, 0)), claim(10, LEASE_MS).claimed());
    Claim meanwhile = claim(10, LEASE_MS);
    assertEquals(List.of(), meanwhile.claimed());
    assertWithin(meanwhile.nextMs(), LEASE_MS - 20_000, LEASE_MS);
    postpone(first, 0, 0);
    assertEquals(List.of(new Claimed(first, 0)), claim(10, 100).claimed());
    EventLoop.until("the lease is over", () -> !claim(10, LEASE_MS).claimed().isEmpty());
  }

  @Test
  void whatIsPutOffIsDueThenAndKnowsHowOftenItWasTried() {
    owe(0, first);
    claim(10, LEASE_MS);
    assertTrue(postpone(first, 0, 3));
    assertEquals(List.of(new Claimed(first, 3)), claim(10, LEASE_MS).claimed());
    assertTrue(postpone(first, 40_000, 4));
    assertWithin(claim(10, LEASE_MS).nextMs(), 30_000, 40_000);
    assertTrue(postpone(first, 0, 5_000));
    assertEquals(List.of(new Claimed(first, DueQueue.TRIES_MAX)), claim(10, LEASE_MS).claimed());
  }

  @Test
  void whatWasSettledIsGoneAlsoForWhoeverClaimedIt() {
    owe(0, first, second);
    claim(10, LEASE_MS);
    assertEquals(1, bed.mail.<Integer>await(() -> queue.settle(List.of(first))));
    assertEquals(0, bed.mail.<Integer>await(() -> queue.settle(List.of(first))));
    assertFalse(postpone(first, 0, 1));
    assertEquals(List.of(second), bed.owed());
  }

  @Test
  void accountsAreSharedOutOverAllShards() {
    Set<Integer> shards = new HashSet<>();
    IntStream.range(0, 1_000).forEach(i -> shards.add(PushQueue.shardOf(UUID.randomUUID())));
    assertEquals(PushQueue.SHARDS, shards.size());
  }
}
