package io.restante.bench;

import io.restante.testing.Program;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server under load, a process of its own.
 *
 * @param name in the report
 */
record Side(String name, Program program, int port) implements AutoCloseable {
  private static final Pattern READY = Pattern.compile("ready public=http://127.0.0.1:(\\d+).*");

  /** Awaits the line in which the server says where it listens. */
  static Side awaiting(String name, Program program) {
    String line = program.line();
    Matcher ready = READY.matcher(line);
    if (!ready.matches()) {
      program.terminate();
      String why = program.err();
      program.close();
      throw new IllegalStateException(name + " does not start: " + line + why);
    }
    return new Side(name, program, Integer.parseInt(ready.group(1)));
  }

  long pid() {
    return program.handle().pid();
  }

  @Override
  public void close() {
    program.close();
  }
}
