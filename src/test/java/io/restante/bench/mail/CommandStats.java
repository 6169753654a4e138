package io.restante.bench.mail;

import io.restante.testing.RedisProcess;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What Redis itself counted of its commands ({@code INFO commandstats}), for so many letters. */
record CommandStats(int letters, List<Command> commands) {
  /**
   * One command; a script's time contains that of what it calls, which is counted as well.
   *
   * @param micros inside the command, without reading and writing
   */
  record Command(String name, long calls, long micros) {}

  private static final Pattern LINE = Pattern.compile("cmdstat_(\\S+):calls=(\\d+),usec=(\\d+),.*");

  /** Begins to count anew. */
  static void reset(RedisProcess redis) {
    redis.command("CONFIG", "RESETSTAT");
  }

  /** What has been counted since. */
  static CommandStats of(RedisProcess redis, int letters) {
    Object info = Objects.requireNonNull(redis.command("INFO", "commandstats"));
    String text =
        info instanceof byte[] bytes
            ? new String(bytes, StandardCharsets.US_ASCII)
            : info.toString();
    return parse(text, letters);
  }

  /** Those that cost most come first. */
  static CommandStats parse(String info, int letters) {
    List<Command> commands = new ArrayList<>();
    info.lines()
        .map(LINE::matcher)
        .filter(Matcher::matches)
        .forEach(
            line ->
                commands.add(
                    new Command(
                        line.group(1),
                        Long.parseLong(line.group(2)),
                        Long.parseLong(line.group(3)))));
    commands.sort(Comparator.comparingLong(Command::micros).reversed());
    return new CommandStats(letters, List.copyOf(commands));
  }

  /** The most expensive ones, in a line: how often for a letter, and for how long. */
  String line(int max) {
    StringBuilder line = new StringBuilder();
    for (Command command : commands.subList(0, Math.min(max, commands.size()))) {
      line.append(line.isEmpty() ? "" : ", ")
          .append('`')
          .append(command.name().toUpperCase(Locale.ROOT))
          .append("` ")
          .append(
              String.format(
                  Locale.ROOT,
                  "%.2f times %.1f µs",
                  command.calls() / (double) letters,
                  command.micros() / (double) Math.max(1, command.calls())));
    }
    return line.toString();
  }
}
