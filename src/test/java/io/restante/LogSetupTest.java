package io.restante;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class LogSetupTest {
  private static final Logger OURS = LoggerFactory.getLogger(LogSetupTest.class);
  private static final Logger THEIRS = LoggerFactory.getLogger("io.netty.Thing");

  private final PrintStream stderr = System.err;
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();

  @AfterEach
  void logAsBefore() {
    System.setErr(stderr);
    LogSetup.apply(new LogConfig(LogConfig.Format.TEXT, LogConfig.Level.WARN));
  }

  @Test
  void textIsOneLineWithLevelThreadNameAndMessage() {
    log(LogConfig.Format.TEXT, LogConfig.Level.INFO);
    OURS.info("append refused: code={} bytes={}", "too_large", 12);
    assertTrue(
        lines()[0].matches(
            "\\S+ INFO  \\[\\S+\\] LogSetupTest append refused: code=too_large bytes=12"),
        lines()[0]);
    assertEquals(1, lines().length);
  }

  @Test
  void jsonIsOneObjectALine() {
    log(LogConfig.Format.JSON, LogConfig.Level.INFO);
    OURS.warn("first", new IllegalStateException("why\nnot"));
    OURS.info("second");
    assertEquals(2, lines().length);
    assertEquals("WARN", new JsonObject(lines()[0]).getString("level"));
    assertEquals("second", new JsonObject(lines()[1]).getString("message"));
  }

  @Test
  void theLevelIsOfTheGatewayAndLibrariesAreHeardFromWarnUp() {
    log(LogConfig.Format.TEXT, LogConfig.Level.DEBUG);
    OURS.debug("ours");
    OURS.trace("too fine");
    THEIRS.info("theirs");
    THEIRS.warn("theirs loud");
    assertEquals(2, lines().length);
    assertFalse(String.join("\n", lines()).contains("too fine"));
  }

  @Test
  void errorLevelQuietsLibrariesToo() {
    log(LogConfig.Format.TEXT, LogConfig.Level.ERROR);
    OURS.warn("ours");
    THEIRS.warn("theirs");
    OURS.error("told");
    assertEquals(1, lines().length);
  }

  private void log(LogConfig.Format format, LogConfig.Level level) {
    System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
    LogSetup.apply(new LogConfig(format, level));
  }

  /** Those of the two loggers: in this process others may have something to say as well. */
  private String[] lines() {
    return written
        .toString(StandardCharsets.UTF_8)
        .lines()
        .filter(line -> line.contains("LogSetupTest") || line.contains("Thing"))
        .toArray(String[]::new);
  }
}
