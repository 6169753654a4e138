package io.restante.mailbox;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.restante.testing.MailboxBed;
import io.restante.testing.RedisServerExtension;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Envelopes that sessions fail to deliver: {@code mailbox/fail} and what is made of its counts. */
class FailScriptIT {
  private static final int SESSIONS_MAX = MailboxBed.CONFIG.failedSessionsMax();

  @RegisterExtension static final RedisServerExtension redis = new RedisServerExtension();

  private final MailboxBed bed = new MailboxBed(redis);
  private List<EnvelopeId> ids = List.of();

  @BeforeEach
  void mail() {
    ids = bed.withDevices(1).appendAll("bad", "good");
  }

  @AfterEach
  void close() {
    bed.close();
  }

  private int fail(EnvelopeId id) {
    return bed.await(() -> bed.store().fail(bed.device(1), id));
  }

  private Set<EnvelopeId> setAside() {
    return bed.await(() -> bed.store().setAside(bed.device(1)));
  }

  private @Nullable Object failures() {
    return redis.command("HLEN", FailScript.keys(bed.device(1)).get(1));
  }

  @Test
  void anEnvelopeIsSetAsideWithTheLastSessionThatItMayFail() {
    fail(ids.get(1));
    for (int session = 1; session < SESSIONS_MAX; session++) {
      assertEquals(session, fail(ids.get(0)));
      assertEquals(Set.of(), setAside());
    }
    assertEquals(SESSIONS_MAX, fail(ids.get(0)));
    assertEquals(Set.of(ids.get(0)), setAside());
    fail(ids.get(0));
    assertEquals(Set.of(ids.get(0)), setAside());
    assertEquals(1, bed.meters().counter("restante.envelopes.set.aside").count());
    assertEquals(List.of("bad", "good"), bed.contents(1));
  }

  @Test
  void whatIsAckedIsForgotten() {
    fail(ids.get(0));
    fail(ids.get(1));
    bed.await(() -> bed.store().ack(bed.device(1), List.of(ids.get(0))));
    assertEquals(1L, failures());
    assertEquals(0, fail(ids.get(0)));
    assertEquals(1L, failures());
  }

  @Test
  void anotherEnvelopeInThePlaceOfALostOneIsNotBlamed() {
    EnvelopeId other = new EnvelopeId(ids.get(0).streamId(), ids.get(0).nonce() + 1);
    assertEquals(0, fail(other));
    assertEquals(0L, failures());
  }

  @Test
  void theCountsGoNoLaterThanTheMail() {
    fail(ids.get(0));
    assertEquals(
        true,
        redis.command("PTTL", bed.names().mailFailures(1)) instanceof Long left
            && left > 0
            && left <= MailboxBed.CONFIG.ttlMs());
  }

  @Test
  void theCountsOfWhatHasExpiredGoWithTheNextFailure() {
    fail(ids.get(0));
    for (int i = 0; i < 3; i++) {
      redis.command("HSET", bed.names().mailFailures(1), "1000-" + i + "12345678", 5);
    }
    assertEquals(4L, failures());
    assertEquals(1, fail(ids.get(1)));
    assertEquals(2L, failures());
    assertEquals(2, fail(ids.get(0)));
  }

  @Test
  void ofTooManyTheOldestIsForgottenAndNeverTheOneThatFailed() {
    long first = ids.get(0).streamId().ms();
    for (int i = 0; i < FailScript.ENVELOPES_MAX; i++) {
      String younger = (first + 1 + i) + "-0" + "12345678";
      redis.command("HSET", bed.names().mailFailures(1), younger, 1);
    }
    assertEquals(1, fail(ids.get(0)));
    assertEquals((long) FailScript.ENVELOPES_MAX, failures());
    assertEquals(2, fail(ids.get(0)));
    String oldest = (first + 1) + "-0" + "12345678";
    assertEquals(0L, redis.command("HEXISTS", bed.names().mailFailures(1), oldest));
  }
}
