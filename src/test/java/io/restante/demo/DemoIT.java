package io.restante.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Tells the story once to the built jar, so that it stays true. */
class DemoIT {
  @Test
  void theStoryHoldsFromItsBeginningToItsEnd() {
    ByteArrayOutputStream told = new ByteArrayOutputStream();
    Path jar = Path.of(System.getProperty("restante.jar", "target/restante.jar"));
    Demo.run(jar, new PrintStream(told, true, StandardCharsets.UTF_8), false);
    String text = told.toString(StandardCharsets.UTF_8);
    System.out.println(text);
    assertEquals(6, text.lines().filter(line -> line.matches("\\d\\. .*")).count());
    assertTrue(text.contains("Bob reads: “Hi Bob!"));
    assertTrue(text.contains("In the pools: 99 Curve25519 keys, 99 Kyber keys."));
    assertTrue(text.contains("Carol got 1001 and 1101; Alice had 1000 and 1100."));
    assertFalse(text.contains("\u001b"), "colours without a terminal");
  }
}
