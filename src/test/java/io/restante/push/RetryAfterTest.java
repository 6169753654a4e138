package io.restante.push;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class RetryAfterTest {
  private static final long NOW_MS = Instant.parse("2026-11-06T08:49:37Z").toEpochMilli();

  @Test
  void secondsAreTakenAsTheyAre() {
    assertEquals(120_000, RetryAfter.ms("120", NOW_MS));
    assertEquals(7_000, RetryAfter.ms(" 007 ", NOW_MS));
    assertEquals(0, RetryAfter.ms("0", NOW_MS));
  }

  @Test
  void aDateOfEachFormIsCountedFromNow() {
    assertEquals(30_000, RetryAfter.ms("Fri, 06 Nov 2026 08:50:07 GMT", NOW_MS));
    assertEquals(30_000, RetryAfter.ms("Friday, 06-Nov-26 08:50:07 GMT", NOW_MS));
    assertEquals(30_000, RetryAfter.ms("Fri Nov  6 08:50:07 2026", NOW_MS));
  }

  @Test
  void aTimeThatHasPassedAsksForNoWait() {
    assertEquals(0, RetryAfter.ms("Fri, 06 Nov 2026 08:49:36 GMT", NOW_MS));
    assertEquals(0, RetryAfter.ms("Sun Nov  6 08:49:37 1994", NOW_MS));
  }

  @Test
  void noWaitIsLongerThanADay() {
    assertEquals(86_400_000, RetryAfter.ms("86401", NOW_MS));
    assertEquals(86_400_000, RetryAfter.ms("99999999999999999999999999", NOW_MS));
    assertEquals(86_400_000, RetryAfter.ms("Fri, 06 Nov 2065 08:49:37 GMT", NOW_MS));
  }

  @Test
  void whatIsNoSuchThingAsksForNoWait() {
    assertEquals(0, RetryAfter.ms(null, NOW_MS));
    for (String odd : new String[] {"", " ", "-5", "1.5", "soon", "12 s", "٣", "9".repeat(65)}) {
      assertEquals(0, RetryAfter.ms(odd, NOW_MS), odd);
    }
  }
}
