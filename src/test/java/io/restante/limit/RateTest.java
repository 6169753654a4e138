package io.restante.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What rates mean, and which there are. */
class RateTest {
  @Test
  void soManyAnHourIsOneInSoManyTicks() {
    assertEquals(new Rate(10, 60_000), Rate.perHour(10, 6));
    assertEquals(new Rate(1, 1), Rate.perHour(1, Rate.PER_HOUR_MAX));
    assertEquals(new Rate(1, 60_000), Rate.every(1, 600_000));
  }

  @ParameterizedTest
  @CsvSource({"0, 6", "10001, 6", "10, 0", "10, 360001", "-1, -1"})
  void whatIsNoRateIsRefusedByName(int burst, int perHour) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> Rate.perHour(burst, perHour))
            .getMessage();
    assertTrue(String.valueOf(message).contains("expected: 1 to"), message);
  }

  @Test
  void theWaitIsUntilOneTokenIsThere() {
    Rate rate = new Rate(2, 100);
    assertEquals(-100, rate.waitTicks(0, 50));
    assertEquals(0, rate.waitTicks(150, 50));
    assertEquals(1, rate.waitTicks(151, 50));
    assertEquals(100, rate.waitTicks(250, 50));
  }
}
