package io.restante.push.webhook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.push.webhook.PushSoak.Outcome;
import io.restante.testing.RedisServerExtension;
import io.restante.testing.Seeded;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The short form of the soak. */
class PushSoakIT {
  private static final int PUSHES = Seeded.rounds(2_000);

  @RegisterExtension static final RedisServerExtension redis = new RedisServerExtension();

  @Test
  void everyPushArrivesThroughABadDayAndEveryEnvelopeStays() {
    try (PushSoak soak = new PushSoak(redis, Seeded.random("PushSoakIT"))) {
      Outcome outcome = soak.run(PUSHES);
      System.out.println(outcome);
      assertEquals(PUSHES, outcome.arrived());
      assertEquals(PUSHES, outcome.stored());
      assertEquals(0, outcome.owedStill());
      assertTrue(outcome.posts() > PUSHES, "the provider failed now and then");
    }
  }
}
