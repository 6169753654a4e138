package io.restante.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.LoggingEvent;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LogTrapTest {
  private static final Logger CHECKER =
      (Logger) LoggerFactory.getLogger("io.vertx.core.impl.btc.BlockedThreadChecker");
  private static final long NOW_MS = 1_800_000_000_000L;

  /** What is told of a loop that has not gone on for so long. */
  private static void tellHeldUp(long seconds, @Nullable Throwable trace) {
    String message = "has been blocked for " + seconds + " s";
    LoggingEvent event = new LoggingEvent("", CHECKER, Level.WARN, message, trace, null);
    event.setTimeStamp(NOW_MS + seconds * 1_000);
    CHECKER.callAppenders(event);
  }

  @Test
  void aLoopThatIsBlockedIsAnAlarmFromTheFifthSecondOn() {
    try (LogTrap log = LogTrap.open()) {
      tellHeldUp(3, null);
      tellHeldUp(4, null);
      assertEquals(0, log.alarms().size(), log.alarms().toString());
      tellHeldUp(5, new IllegalStateException());
      tellHeldUp(6, new IllegalStateException());
      assertEquals(2, log.alarms().size(), log.alarms().toString());
    }
  }

  @Test
  void aMachineThatStoodStillIsNone() {
    try (LogTrap log = LogTrap.open()) {
      tellHeldUp(7, new IllegalStateException());
      tellHeldUp(30, new IllegalStateException());
      assertEquals(0, log.alarms().size(), log.alarms().toString());
    }
  }
}
