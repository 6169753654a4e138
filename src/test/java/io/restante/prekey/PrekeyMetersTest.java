package io.restante.prekey;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PrekeyMetersTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final PrekeyMeters meters = new PrekeyMeters(registry);

  private DistributionSummary ages() {
    return registry.get("restante.signed.prekey.age").summary();
  }

  private void serve(long ageDays) {
    meters.signedPrekeyServed(
        System.currentTimeMillis() / 1_000 - TimeUnit.DAYS.toSeconds(ageDays));
  }

  @Test
  void theAgesOfSignedPrekeysAreToldInDays() {
    serve(3);
    serve(40);
    assertEquals(2, ages().count());
    assertEquals(43, ages().totalAmount(), 0.01);
    assertEquals(40, ages().max(), 0.01);
    assertEquals("days", ages().getId().getBaseUnit());
  }

  @Test
  void aClockThatIsBehindAndAKeyOfUnknownAgeTellNoNonsense() {
    serve(-2);
    assertEquals(0, ages().totalAmount());
    meters.signedPrekeyServed(0);
    assertEquals(1, ages().count());
  }
}
