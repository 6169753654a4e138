package io.restante.bench.idle;

import io.restante.testing.Program;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One process of {@link IdleClients}. It ends with this process, however that ends. */
record Crowd(Program program, int count) implements AutoCloseable {
  /**
   * All are back.
   *
   * @param ms after the first was lost
   * @param refused attempts that did not get a socket
   */
  record Back(long ms, int refused) {}

  /**
   * What they had in the end.
   *
   * @param open sockets
   * @param answered keepalives
   */
  record Ended(int open, int answered) {}

  /** Starts it with these options. */
  static Crowd start(int count, List<String> args) {
    Program program = Program.type(IdleClients.class.getName(), args.toArray(String[]::new));
    Runtime.getRuntime().addShutdownHook(new Thread(program::close));
    return new Crowd(program, count);
  }

  long pid() {
    return program.handle().pid();
  }

  /** Awaits that all are connected and hear; milliseconds that it took. */
  long awaitConnected() {
    return number(line("connected"), "ms");
  }

  /** Awaits that all have reconnected and hear. */
  Back awaitBack() {
    String line = line("back");
    return new Back(number(line, "ms"), (int) number(line, "refused"));
  }

  /** Ends it. */
  Ended end() {
    program.terminate();
    String line = line("ended");
    return new Ended((int) number(line, "open"), (int) number(line, "answered"));
  }

  private String line(String word) {
    String line = program.line();
    if (!line.startsWith(word + " ")) {
      program.terminate();
      throw new IllegalStateException("clients, instead of " + word + ": " + line + program.err());
    }
    return line;
  }

  private static long number(String line, String name) {
    Matcher number = Pattern.compile(name + "=(-?\\d+)").matcher(line);
    if (!number.find()) {
      throw new IllegalStateException("clients do not tell " + name + ": " + line);
    }
    return Long.parseLong(number.group(1));
  }

  @Override
  public void close() {
    program.close();
  }
}
