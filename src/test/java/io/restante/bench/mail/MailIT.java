package io.restante.bench.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.restante.bench.mail.MailPlan.Way;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The bench runs: over every way each letter is stored, received once, acked, and gone. */
// Steps of a load have no limit of their own: where one hangs, this tells which.
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
class MailIT {
  private static final int LETTERS = 150;
  private static final int BACKLOG = 300;

  private static final MailStage STAGE = new MailStage(plan());

  private static MailPlan plan() {
    MailPlan plan = new MailPlan();
    plan.mailboxes = 7;
    plan.senders = 3;
    return plan;
  }

  @AfterAll
  static void close() {
    STAGE.close();
  }

  @ParameterizedTest
  @EnumSource(names = "GATEWAY", mode = EnumSource.Mode.EXCLUDE) // is the first of two
  void overEveryWayEachLetterIsDeliveredOnceInBothModels(Way way) {
    Optional<Deliveries> opened = STAGE.open(way);
    assumeTrue(
        opened.isPresent() || (way != Way.MOSQUITTO && way != Way.NATS), "it is not installed");
    assertDelivers(opened.orElseThrow());
  }

  private static void assertDelivers(Deliveries way) {
    Deliveries.Outcome closed = STAGE.loop().await(() -> way.closed(LETTERS, 16));
    assertComplete(way, closed);
    assertComplete(way, STAGE.loop().await(() -> way.open(LETTERS, 1_000)));
    STAGE.awaitEmpty(way.post());
  }

  private static void assertComplete(Deliveries way, Deliveries.Outcome outcome) {
    String name = way.post().name();
    assertEquals(LETTERS, outcome.delivered(), name);
    assertEquals(0, outcome.again(), name);
    assertEquals(LETTERS, outcome.latencyNanos().getTotalCount(), name);
  }

  @Test
  void aBacklogIsDrainedToItsEnd() {
    Backlog.Drain drain = Backlog.drain(STAGE, STAGE.gateway(), BACKLOG);
    assertEquals(BACKLOG, drain.envelopes());
    assertTrue(drain.nanos() > 0 && drain.serverCpuNanos() >= 0);
  }
}
