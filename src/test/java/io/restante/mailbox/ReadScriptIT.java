package io.restante.mailbox;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.restante.testing.MailboxBed;
import io.restante.testing.RedisServerExtension;
import io.restante.testing.RedisSnapshot;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The reply of every branch of {@code mailbox/read}. */
class ReadScriptIT {
  private static final long TTL_MS = 60_000;
  private static final long ALL = Long.MAX_VALUE;

  @RegisterExtension static final RedisServerExtension redis = new RedisServerExtension();

  private final MailboxBed bed = new MailboxBed(redis);
  private final int bytes = MailboxBed.stored("00").length();

  @BeforeEach
  void account() {
    bed.withDevices(1);
  }

  @AfterEach
  void close() {
    bed.close();
  }

  /** Whether there may be more, and the contents. */
  private String read(StreamId after, int countMax, long bytesMax) {
    MailPage page =
        bed.await(
            () ->
                bed.link()
                    .run(
                        ReadScript.SCRIPT,
                        ReadScript.keys(bed.device(1)),
                        ReadScript.args(after, countMax, bytesMax, TTL_MS))
                    .map(ReadScript::decode));
    List<String> contents =
        page.envelopes().stream().map(envelope -> MailboxBed.content(envelope.bytes())).toList();
    return (page.more() ? "more " : "all ") + String.join(",", contents);
  }

  private List<EnvelopeId> append(int count) {
    return bed.appendAll(names(0, count).split(","));
  }

  private static String names(int from, int to) {
    return String.join(
        ",", IntStream.range(from, to).mapToObj(i -> i < 10 ? "0" + i : "" + i).toList());
  }

  @Test
  void anEmptyMailboxAndWhatIsBehindItsEndIsNothing() {
    assertEquals("all ", read(StreamId.START, 100, ALL));
    StreamId last = append(1).get(0).streamId();
    assertEquals("all ", read(last, 100, ALL));
  }

  @Test
  void theCountEndsItAndTheEndOfTheMailboxDoes() {
    List<EnvelopeId> ids = append(20);
    assertEquals("all " + names(0, 20), read(StreamId.START, 100, ALL));
    assertEquals("all " + names(0, 20), read(StreamId.START, 21, ALL));
    assertEquals("more " + names(0, 20), read(StreamId.START, 20, ALL));
    assertEquals("more " + names(0, 8), read(StreamId.START, 8, ALL));
    assertEquals("more 00", read(StreamId.START, 1, ALL));
    assertEquals("all " + names(10, 20), read(ids.get(9).streamId(), 100, ALL));
  }

  @Test
  void theEnvelopeThatReachesTheBytesIsTheLast() {
    append(20);
    assertEquals("more 00", read(StreamId.START, 100, 1));
    assertEquals("more 00", read(StreamId.START, 100, bytes));
    assertEquals("more 00,01", read(StreamId.START, 100, bytes + 1L));
    assertEquals("more " + names(0, 12), read(StreamId.START, 100, 12L * bytes));
  }

  @Test
  void whatHasExpiredIsPassedOverHoweverMuchItIs() {
    for (int i = 1; i <= 30; i++) {
      byte[] old = MailboxBed.stored("old").getBytes();
      redis.command("XADD", bed.names().mail(1), "1000-" + i, "e", old, "r", "12345678");
    }
    append(2);
    assertEquals("all 00,01", read(StreamId.START, 100, ALL));
    assertEquals("all 00,01", read(new StreamId(1000, 29), 100, ALL));
  }

  @Test
  void nothingIsChanged() {
    append(20);
    Map<String, String> before = RedisSnapshot.of(redis);
    read(StreamId.START, 100, ALL);
    read(StreamId.START, 3, 1);
    assertEquals(before, RedisSnapshot.of(redis));
  }
}
