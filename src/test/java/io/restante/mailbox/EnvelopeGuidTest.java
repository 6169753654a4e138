package io.restante.mailbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.restante.testing.Seeded;
import java.util.HashSet;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class EnvelopeGuidTest {
  private static final long MS_MAX = (1L << 48) - 1;
  private static final int SEQUENCE_MAX = (1 << 26) - 1;

  @Test
  void aGuidIsAUuidOfVersion8ThatTellsWhereItsEnvelopeLies() {
    Random random = Seeded.random("EnvelopeGuidTest");
    for (int i = 0; i < 10_000; i++) {
      StreamId place = new StreamId(random.nextLong() & MS_MAX, random.nextInt() & SEQUENCE_MAX);
      UUID guid = new EnvelopeId(place, random.nextLong()).guid();
      assertEquals(8, guid.version());
      assertEquals(2, guid.variant());
      assertEquals(Optional.of(place), EnvelopeGuid.placeOf(guid));
    }
  }

  @Test
  void theEndsOfTheirRangesKeepTheirPlaces() {
    for (long ms : new long[] {0, 1, MS_MAX}) {
      for (long sequence : new long[] {0, 1, (1 << 14) - 1, 1 << 14, SEQUENCE_MAX}) {
        StreamId place = new StreamId(ms, sequence);
        for (long nonce : new long[] {0, -1, Long.MIN_VALUE}) {
          UUID guid = new EnvelopeId(place, nonce).guid();
          assertEquals(Optional.of(place), EnvelopeGuid.placeOf(guid));
        }
      }
    }
  }

  @Test
  void theSameEnvelopeHasTheSameGuidAndAnyOtherHasAnother() {
    Set<UUID> guids = new HashSet<>();
    for (long ms = 1_700_000_000_000L; ms < 1_700_000_000_020L; ms++) {
      for (long sequence = 0; sequence < 20; sequence++) {
        for (long nonce = 0; nonce < 20; nonce++) {
          guids.add(new EnvelopeId(new StreamId(ms, sequence), nonce << 16).guid());
        }
      }
    }
    assertEquals(8_000, guids.size());
    EnvelopeId id = new EnvelopeId(new StreamId(5, 6), 7L << 16);
    assertEquals(id.guid(), new EnvelopeId(new StreamId(5, 6), 7L << 16).guid());
  }

  @Test
  void aStreamIdThatIsGivenOutAgainAfterAFailoverIsAnotherGuid() {
    StreamId place = new StreamId(1_700_000_000_000L, 0);
    assertNotEquals(new EnvelopeId(place, 1L << 16).guid(), new EnvelopeId(place, 2L << 16).guid());
  }

  @Test
  void aSequenceBeyond26BitsIsCutAndItsGuidIsStillUnlikeOthers() {
    EnvelopeId far = new EnvelopeId(new StreamId(1, 1L << 26), 1L << 16);
    assertEquals(Optional.of(new StreamId(1, 0)), EnvelopeGuid.placeOf(far.guid()));
    assertNotEquals(far.guid(), new EnvelopeId(new StreamId(1, 0), 2L << 16).guid());
  }

  @Test
  void aUuidThatIsNoneOfOursHasNoPlace() {
    assertEquals(Optional.empty(), EnvelopeGuid.placeOf(UUID.randomUUID()));
    assertEquals(Optional.empty(), EnvelopeGuid.placeOf(new UUID(0, 0)));
    assertEquals(Optional.empty(), EnvelopeGuid.placeOf(new UUID(8L << 12, 0)));
  }

  @Test
  void streamIdsReadAndWriteAsRedisDoesAndSortByArrival() {
    StreamId id = StreamId.parse("1700000000000-12");
    assertEquals(new StreamId(1_700_000_000_000L, 12), id);
    assertEquals("1700000000000-12", id.text());
    assertEquals(-1, Integer.signum(StreamId.parse("5-9").compareTo(StreamId.parse("5-10"))));
    assertEquals(-1, Integer.signum(StreamId.parse("9-10").compareTo(StreamId.parse("10-0"))));
    assertEquals(0, StreamId.START.compareTo(StreamId.parse("0-0")));
  }
}
