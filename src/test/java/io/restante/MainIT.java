package io.restante;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.testing.Program;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a process of the program begins and ends, without a gateway in it. */
@Timeout(60)
class MainIT {
  private static final String READY =
      "ready public=http://127.0.0.1:1 management=http://127.0.0.1:2";

  @Test
  void theJarTellsItsVersion() {
    try (Program program = Program.jar("version")) {
      assertEquals("", program.err());
      String out = program.out();
      assertTrue(out.matches("restante \\d+\\.\\d+\\.\\d+\\S*"), out);
      assertEquals(0, program.exitCode());
    }
  }

  @Test
  void aWrongConfigurationEndsWithOneLine() {
    try (Program program =
        Program.jar(
            "serve", "--set", "redis.mode=standalone", "--set", "management.token=hunter2")) {
      assertEquals("", program.out());
      String err = program.err();
      assertEquals(1, err.lines().count(), err);
      assertTrue(err.startsWith("restante: management.token: a value (hidden) from --set"), err);
      assertTrue(err.contains("; redis.urls: nothing from the defaults"), err);
      assertEquals(1, program.exitCode());
    }
  }

  @Test
  void sigtermStopsTheGatewayAndExitsWith0() {
    try (Program program = Program.type("io.restante.StandInMain", "stops", "serve")) {
      assertEquals(READY, program.line());
      program.terminate();
      assertEquals("", program.err());
      assertEquals("", program.out());
      assertEquals(0, program.exitCode());
    }
  }

  @Test
  void aStopThatHangsEndsAllTheSameAndDoesNotLookWell() {
    try (Program program = Program.type("io.restante.StandInMain", "hangs", "serve")) {
      assertEquals(READY, program.line());
      program.terminate();
      assertEquals(1, program.exitCode());
    }
    // A gateway that hangs is given longer than one that is a stand-in, and ten seconds at most.
    assertTrue(Main.STOP_SECONDS_MAX < 10);
  }
}
