package io.restante.demo;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Starts the built gateway, tells the story against it, stops it. Exit 0 where all of it held. */
final class Demo {
  private Demo() {}

  /** Arguments: {@code --colour} for a terminal that shows colours. */
  public static void main(String[] args) {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    boolean colours = List.of(args).contains("--colour");
    try {
      run(Path.of(System.getProperty("restante.jar", "target/restante.jar")), out, colours);
    } catch (RuntimeException | AssertionError e) {
      System.err.println("The story did not come to its end: " + e);
      System.exit(1);
    }
  }

  /** Tells the story on this stream; fails where a step turns out otherwise than told. */
  static void run(Path jar, PrintStream out, boolean colours) {
    Transcript transcript = new Transcript(out, colours);
    transcript.title(
        "Forward secrecy for asynchronous messages",
        "The story of the 2013 article, with real keys and a real gateway.");
    long start = System.nanoTime();
    try (GatewayProcess gateway = GatewayProcess.start(jar)) {
      double seconds = (System.nanoTime() - start) / 1e9;
      out.println();
      out.println(
          String.format(
              Locale.ROOT,
              "A gateway with a Redis of its own: %s, ready in %.1f s",
              gateway.publicUrl(),
              seconds));
      new Story(transcript, gateway.publicUrl()).tell();
      int exit = gateway.stop();
      if (exit != 0) {
        throw new IllegalStateException("the gateway's exit code was " + exit);
      }
    }
    out.println();
    out.println("The gateway has stopped and its data is deleted.");
  }
}
