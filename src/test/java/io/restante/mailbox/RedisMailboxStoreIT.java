package io.restante.mailbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.mailbox.Append.Parcel;
import io.restante.protocol.DeviceAddress;
import io.restante.protocol.Envelope;
import io.restante.protocol.Envelope.Source;
import io.restante.protocol.EnvelopeCodec;
import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.restante.protocol.Handle;
import io.restante.protocol.Identity;
import io.restante.protocol.ServiceId;
import io.restante.testing.EventLoop;
import io.restante.testing.MailboxBed;
import io.restante.testing.RedisServerExtension;
import io.restante.testing.RedisSnapshot;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RedisMailboxStoreIT {
  private static final int TTL_MS = 300;

  @RegisterExtension static final RedisServerExtension redis = new RedisServerExtension();

  private final MailboxBed bed = new MailboxBed(redis);

  @BeforeEach
  void account() {
    bed.withDevices(1);
  }

  @AfterEach
  void close() {
    bed.close();
  }

  private DeviceAddress one() {
    return bed.device(1);
  }

  private List<String> read(StreamId after, int countMax) {
    return bed.await(() -> bed.store().read(one(), after, countMax)).envelopes().stream()
        .map(envelope -> MailboxBed.content(envelope.bytes()))
        .toList();
  }

  private RedisMailboxStore limited(int envelopesMax, long bytesMax, long ttlMs) {
    return bed.store(MailboxBed.config(envelopesMax, bytesMax, ttlMs, 1));
  }

  private AppendResult append(RedisMailboxStore store, Buffer stored) {
    Parcel parcel = new Parcel(1, 1001, stored);
    Append append = new Append(bed.aci(), Identity.ACI, true, 0, false, List.of(parcel), null);
    return bed.await(() -> store.append(append));
  }

  private static long nowMs() {
    String now = "local t = redis.call('TIME') return t[1] * 1000 + math.floor(t[2] / 1000)";
    return redis.command("EVAL", now, 0) instanceof Long ms ? ms : -1;
  }

  /** Envelopes that came decades ago, by the clock of Redis. */
  private int backdated(int count) {
    Buffer stored = MailboxBed.stored("old");
    for (int i = 1; i <= count; i++) {
      redis.command(
          "XADD", bed.names().mail(1), "1000-" + i, "e", stored.getBytes(), "r", "12345678");
      redis.command("INCRBY", bed.names().mailBytes(1), stored.length());
    }
    return stored.length();
  }

  @Test
  void whatIsStoredIsReadInOrderWithItsGuidAndTheTimeOfRedis() {
    long startMs = nowMs();
    bed.appendAll("a", "b", "c");
    List<StoredEnvelope> all = bed.waiting(1);
    assertEquals(List.of("a", "b", "c"), bed.contents(1));
    long endMs = nowMs();
    for (StoredEnvelope envelope : all) {
      assertTrue(envelope.serverTimestampMs() >= startMs);
      assertTrue(envelope.serverTimestampMs() <= endMs);
      assertEquals(
          EnvelopeCodec.wire(
              MailboxBed.stored(MailboxBed.content(envelope.bytes())),
              envelope.guid(),
              envelope.serverTimestampMs()),
          envelope.bytes());
    }
    assertEquals(all.get(1).bytes(), bed.waiting(1).get(1).bytes());
  }

  @Test
  void readingGoesOnBehindAPlaceAndEndsWithFewerThanAskedFor() {
    List<EnvelopeId> ids = bed.appendAll("a", "b", "c");
    assertEquals(List.of("a", "b"), read(StreamId.START, 2));
    assertEquals(List.of("c"), read(ids.get(1).streamId(), 2));
    assertEquals(List.of(), read(ids.get(2).streamId(), 2));
    assertThrows(IllegalArgumentException.class, () -> read(StreamId.START, 0));
    assertThrows(IllegalArgumentException.class, () -> read(StreamId.START, 101));
  }

  @Test
  void whatHasExpiredIsNeitherReadNorCountedAgainstTheCaps() {
    int bytes = backdated(2);
    RedisMailboxStore store = limited(2, 2L * bytes, 60_000);
    assertEquals(List.of(), read(StreamId.START, 1));
    assertInstanceOf(AppendResult.Taken.class, append(store, MailboxBed.stored("new")));
    assertEquals(1L, redis.command("XLEN", bed.names().mail(1)));
    assertEquals(List.of("new"), bed.contents(1));
    assertEquals(List.of((long) bytes, (long) bytes), bed.bytesTrueAndCounted(1));
  }

  @Test
  void whatIsOldAndStillGoodIsReadAndWhatHasExpiredIsNot() {
    long nowMs = nowMs();
    for (int agoMs : new int[] {61_000, 45_000, 20_000}) {
      byte[] stored = MailboxBed.stored("from " + agoMs).getBytes();
      String place = (nowMs - agoMs) + "-1";
      redis.command("XADD", bed.names().mail(1), place, "e", stored, "r", "12345678");
    }
    RedisMailboxStore minute = limited(10, 10_000, 60_000);
    List<String> read =
        bed.await(() -> minute.read(one(), StreamId.START, 10)).envelopes().stream()
            .map(envelope -> MailboxBed.content(envelope.bytes()))
            .toList();
    assertEquals(List.of("from 45000", "from 20000"), read);
  }

  @Test
  void aReadWhoseWholeChunkHasExpiredFindsWhatIsBehindIt() {
    backdated(300);
    bed.appendAll("a", "b", "c");
    // Each append trims 64 of them.
    assertEquals(108L + 3, redis.command("XLEN", bed.names().mail(1)));
    assertEquals(List.of("a", "b"), read(StreamId.START, 2));
    assertEquals(List.of("a", "b", "c"), read(StreamId.START, 10));
  }

  @Test
  void expiredEnvelopesAreTrimmedInBoundedStepsAndFurtherWhereTheCapsNeedIt() {
    backdated(200);
    append(limited(1_000, 1_000_000, 60_000), MailboxBed.stored("new"));
    assertEquals(200L - 64 + 1, redis.command("XLEN", bed.names().mail(1)));
    append(limited(2, 1_000_000, 60_000), MailboxBed.stored("new"));
    assertEquals(2L, redis.command("XLEN", bed.names().mail(1)));
    List<?> bytes = bed.bytesTrueAndCounted(1);
    assertEquals(bytes.get(0), bytes.get(1));
  }

  @Test
  void aRunThatTrimsAllItMayAndFindsNoRoomIsRepeatedWithSuccess() {
    backdated(1_100);
    RedisMailboxStore one = limited(1, 1_000_000, 60_000);
    assertInstanceOf(AppendResult.Full.class, append(one, MailboxBed.stored("new")));
    assertEquals(1_100L - 1_024, redis.command("XLEN", bed.names().mail(1)));
    List<?> bytes = bed.bytesTrueAndCounted(1);
    assertEquals(bytes.get(0), bytes.get(1));
    assertInstanceOf(AppendResult.Taken.class, append(one, MailboxBed.stored("new")));
    assertEquals(List.of("new"), bed.contents(1));
  }

  @Test
  void aMailboxThatNobodyWritesToEndsWithItsLastEnvelope() {
    append(limited(10, 10_000, TTL_MS), MailboxBed.stored("a"));
    EventLoop.until(
        "gone",
        () ->
            Long.valueOf(0)
                .equals(redis.command("EXISTS", bed.names().mail(1), bed.names().mailBytes(1))));
    assertEquals(
        List.of(bed.names().account(), bed.names().devices()),
        List.copyOf(RedisSnapshot.of(redis).keySet()));
  }

  @Test
  void asManyEnvelopesFitAsTheCapSaysAndNoneMore() {
    RedisMailboxStore three = limited(3, 10_000, 60_000);
    for (int i = 0; i < 3; i++) {
      assertInstanceOf(AppendResult.Taken.class, append(three, MailboxBed.stored("a")));
    }
    Map<String, String> before = RedisSnapshot.of(redis);
    assertInstanceOf(AppendResult.Full.class, append(three, MailboxBed.stored("a")));
    assertEquals(before, RedisSnapshot.of(redis));
  }

  @Test
  void roomComesBackWithEachAck() {
    RedisMailboxStore one = limited(1, 10_000, 60_000);
    append(one, MailboxBed.stored("a"));
    assertInstanceOf(AppendResult.Full.class, append(one, MailboxBed.stored("b")));
    EnvelopeId id = bed.waiting(1).get(0).id();
    bed.await(() -> one.ack(one(), List.of(id)));
    assertInstanceOf(AppendResult.Taken.class, append(one, MailboxBed.stored("b")));
  }

  @Test
  void asManyBytesFitAsTheCapSaysAndNotOneMore() {
    RedisMailboxStore store = limited(100, 300, 60_000);
    append(store, MailboxBed.storedOf(150));
    assertInstanceOf(AppendResult.Full.class, append(store, MailboxBed.storedOf(151)));
    assertInstanceOf(AppendResult.Taken.class, append(store, MailboxBed.storedOf(150)));
    assertInstanceOf(AppendResult.Full.class, append(store, MailboxBed.storedOf(60)));
    assertEquals(List.of(300L, 300L), bed.bytesTrueAndCounted(1));
  }

  @Test
  void aFullDeviceKeepsTheMessageFromAllDevices() {
    bed.withDevices(2, 3);
    RedisMailboxStore one = limited(1, 10_000, 60_000);
    Append toSecond =
        new Append(
            bed.aci(),
            Identity.ACI,
            false,
            0,
            false,
            List.of(new Parcel(2, 0, MailboxBed.stored("a"))),
            null);
    bed.await(() -> one.append(toSecond));
    Map<String, String> before = RedisSnapshot.of(redis);
    AppendResult result = bed.await(() -> one.append(bed.send("b", 1, 2, 3)));
    assertInstanceOf(AppendResult.Full.class, result);
    assertEquals(before, RedisSnapshot.of(redis));
  }

  @Test
  void redisWithoutMemoryRefusesASendWhole() {
    bed.withDevices(2);
    bed.append(bed.send("a", 1, 2));
    Map<String, String> before = RedisSnapshot.of(redis);
    redis.command("CONFIG", "SET", "maxmemory", 1);
    try {
      GatewayException refusal =
          assertThrows(GatewayException.class, () -> bed.append(bed.send("b", 1, 2)));
      assertEquals(ErrorCode.REDIS_UNAVAILABLE, refusal.code());
    } finally {
      redis.command("CONFIG", "SET", "maxmemory", 0);
    }
    Map<String, String> after = RedisSnapshot.of(redis);
    after.keySet().retainAll(before.keySet());
    assertEquals(before, after);
  }

  @Test
  void aPageEndsWithItsCountOrBytesAndTellsWhetherThereIsMore() {
    for (int i = 0; i < 40; i++) {
      bed.appendAll("m" + i);
    }
    int wire = bed.waiting(1).get(0).bytes().length();
    assertPage(40, false, 40, Long.MAX_VALUE);
    assertPage(39, true, 39, Long.MAX_VALUE);
    assertPage(16, true, 16, Long.MAX_VALUE);
    assertPage(1, true, 100, 1);
    assertPage(2, true, 100, wire + 1L);
    assertPage(40, false, 100, Long.MAX_VALUE);
  }

  private void assertPage(int size, boolean more, int countMax, long bytesMax) {
    MailPage page = bed.await(() -> bed.store().page(one(), countMax, bytesMax));
    assertEquals(size, page.envelopes().size());
    assertEquals(more, page.more());
    for (int i = 0; i < size; i++) {
      assertEquals("m" + i, MailboxBed.content(page.envelopes().get(i).bytes()));
    }
  }

  @Test
  void anEmptyMailboxIsAnEmptyPage() {
    assertPage(0, false, 100, 1_000);
  }

  @Test
  void anEnvelopeIsRemovedByItsGuidAndByNoOther() {
    List<EnvelopeId> ids = bed.appendAll("a", "b");
    EnvelopeId reused = new EnvelopeId(ids.get(0).streamId(), ~ids.get(0).nonce());
    for (UUID other : List.of(UUID.randomUUID(), reused.guid())) {
      assertFalse(bed.await(() -> bed.store().remove(one(), other)));
    }
    UUID guid = ids.get(0).guid();
    assertFalse(bed.await(() -> bed.store().remove(bed.device(2), guid)));
    assertTrue(bed.await(() -> bed.store().remove(one(), guid)));
    assertFalse(bed.await(() -> bed.store().remove(one(), guid)));
    assertEquals(List.of("b"), bed.contents(1));
  }

  @Test
  void envelopesAreRemovedBySourceAndTimestamp() {
    UUID alice = UUID.randomUUID();
    RedisMailboxStore store = bed.store();
    for (int i = 0; i < 40; i++) {
      append(store, from(alice, "+4915112345678", i % 20, "a" + i));
    }
    append(store, from(UUID.randomUUID(), null, 7, "other"));
    append(store, MailboxBed.stored("sealed"));
    assertEquals(2, bed.await(() -> store.remove(one(), alice.toString(), 7)));
    assertEquals(2, bed.await(() -> store.remove(one(), "+4915112345678", 19)));
    assertEquals(0, bed.await(() -> store.remove(one(), "+4915112345678", 21)));
    assertEquals(0, bed.await(() -> store.remove(one(), "+4915112345679", 3)));
    List<String> left = bed.contents(1);
    assertEquals(38, left.size());
    assertFalse(left.contains("a7") || left.contains("a27") || left.contains("a39"));
  }

  private Buffer from(UUID aci, @Nullable String handle, long ms, String text) {
    Handle known = handle == null ? null : new Handle(handle);
    return EnvelopeCodec.encodeStored(
        new Envelope(
            1,
            new Source(ServiceId.aci(aci), known, 1),
            ms,
            Buffer.buffer(text),
            null,
            ServiceId.aci(bed.aci()),
            false,
            true,
            false));
  }

  @Test
  void devicesAreToldAscendingAndNoneOfAnUnknownAccount() {
    bed.withDevices(10, 2);
    assertEquals(List.of(1, 2, 10), bed.await(() -> bed.store().devices(bed.aci())));
    assertEquals(List.of(), bed.await(() -> bed.store().devices(UUID.randomUUID())));
  }
}
