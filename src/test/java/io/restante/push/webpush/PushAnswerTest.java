package io.restante.push.webpush;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.restante.push.PushOutcome;
import io.restante.push.PushOutcome.Accepted;
import io.restante.push.PushOutcome.Gone;
import io.restante.push.PushOutcome.Later;
import io.restante.push.PushOutcome.Refused;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PushAnswerTest {
  private static final long BEGAN_MS = 1_799_999_999_000L;
  private static final long NOW_MS = 1_800_000_000_000L; // Fri, 15 Jan 2027 08:00:00 GMT

  private static PushOutcome outcome(int status) {
    return outcome(status, null);
  }

  private static PushOutcome outcome(int status, @Nullable String retryAfter) {
    return PushAnswer.outcome(status, retryAfter, BEGAN_MS, NOW_MS);
  }

  @Test
  void theStatusDecides() {
    for (int status : List.of(200, 201, 202, 204)) {
      assertEquals(new Accepted(), outcome(status));
    }
    for (int status : List.of(404, 410)) {
      assertEquals(new Gone(BEGAN_MS), outcome(status));
    }
    for (int status : List.of(408, 429, 500, 502, 503, 507, 599)) {
      assertEquals(new Later(0), outcome(status));
    }
    for (int status : List.of(101, 206, 301, 302, 303, 307, 308, 400, 401, 403, 406, 413, 418)) {
      assertEquals(new Refused("status " + status), outcome(status));
    }
  }

  @Test
  void aServerSaysWhenToComeAgain() {
    assertEquals(new Later(120_000), outcome(429, "120"));
    assertEquals(new Later(120_000), outcome(503, " 120 "));
    assertEquals(new Later(61_000), outcome(503, "Fri, 15 Jan 2027 08:01:01 GMT"));
    assertEquals(new Later(0), outcome(503, "Fri, 15 Jan 2027 07:00:00 GMT"));
  }

  @Test
  void whatSaysNoTimeIsNoPauseAndADayIsTheLongest() {
    for (String none : List.of("", "-1", "1.5", "soon", "0x10", "Fri, 32 Jan 2027 08:01:01 GMT")) {
      assertEquals(new Later(0), outcome(503, none), none);
    }
    for (String far :
        List.of("86401", "999999999", "9".repeat(4_000), "Fri, 31 Dec 9999 23:59:59 GMT")) {
      assertEquals(new Later(86_400_000), outcome(429, far), far);
    }
  }
}
