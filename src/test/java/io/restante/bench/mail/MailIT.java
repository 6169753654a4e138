package io.restante.bench.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.bench.mail.MailPlan.Way;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The bench runs: over every way each letter is stored, received once, acked, and gone. */
class MailIT {
  private static final int LETTERS = 150;
  private static final int BACKLOG = 300;

  private static MailPlan plan() {
    MailPlan plan = new MailPlan();
    plan.mailboxes = 7;
    plan.senders = 3;
    plan.inFlight = 16;
    return plan;
  }

  @Test
  void overEveryWayEachLetterIsDeliveredOnceInBothModels() {
    try (MailStage stage = new MailStage(plan())) {
      for (Way way : Way.values()) {
        Optional<Deliveries> opened = stage.open(way);
        // Brokers are measured where they are installed.
        assertTrue(
            opened.isPresent() || way == Way.MOSQUITTO || way == Way.NATS, () -> way + " is absent");
        opened.ifPresent(deliveries -> assertDelivers(stage, deliveries));
      }
    }
  }

  private static void assertDelivers(MailStage stage, Deliveries way) {
    Deliveries.Outcome closed = stage.loop().await(() -> way.closed(LETTERS, 16));
    assertComplete(way, closed);
    assertComplete(way, stage.loop().await(() -> way.open(LETTERS, 1_000)));
    stage.awaitEmpty(way.post());
  }

  private static void assertComplete(Deliveries way, Deliveries.Outcome outcome) {
    String name = way.post().name();
    assertEquals(LETTERS, outcome.delivered(), name);
    assertEquals(0, outcome.again(), name);
    assertEquals(LETTERS, outcome.latencyNanos().getTotalCount(), name);
  }

  @Test
  void aBacklogIsDrainedToItsEnd() {
    try (MailStage stage = new MailStage(plan())) {
      Backlog.Drain drain = Backlog.drain(stage, stage.gateway(), BACKLOG);
      assertEquals(BACKLOG, drain.envelopes());
      assertTrue(drain.nanos() > 0 && drain.serverCpuNanos() >= 0);
    }
  }
}
