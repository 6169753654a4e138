package io.restante.demo;

import io.restante.testing.client.Answer;
import io.restante.testing.client.Ask;
import io.restante.testing.client.Channel;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Writes a story down: steps, what goes over the wire in short, and what it means. */
final class Transcript {
  private static final String BOLD = "1";
  private static final String DIM = "2";
  private static final String GREEN = "32";
  private static final String CYAN = "36";
  private static final Pattern LONG_ID = Pattern.compile("[0-9A-Za-z_-]{20,}");
  private static final int PATH_COLUMNS = 44;

  private final PrintStream out;
  private final boolean colours;
  private final Map<String, String> names = new LinkedHashMap<>();
  private int steps;
  private boolean quiet;

  Transcript(PrintStream out, boolean colours) {
    this.out = out;
    this.colours = colours;
  }

  private String paint(String code, String text) {
    return colours ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }

  /** Writes a name in the place of an id from now on. */
  void call(String id, String name) {
    names.put(id, name);
  }

  /** The title and what it is about. */
  void title(String title, String about) {
    out.println();
    out.println(paint(BOLD, title));
    out.println(about);
  }

  /** The next step. */
  void step(String text) {
    out.println();
    out.println(paint(BOLD, ++steps + ". " + text));
  }

  /** What the lines over it mean, line by line. */
  void note(String text) {
    text.lines().forEach(line -> out.println("           " + line));
  }

  /** What somebody reads or says. */
  void quote(String who, String text) {
    out.println("           " + who + " reads: " + paint(GREEN, "“" + text + "”"));
  }

  /** Something that went over the wire. */
  void wire(String who, String method, String path, String sizes) {
    String shown = path;
    for (Map.Entry<String, String> name : names.entrySet()) {
      shown = shown.replace(name.getKey(), name.getValue());
    }
    shown = LONG_ID.matcher(shown).replaceAll("...");
    String padded = String.format(Locale.ROOT, "%-" + PATH_COLUMNS + "s", method + " " + shown);
    out.println(
        "  "
            + paint(CYAN, String.format(Locale.ROOT, "%-8s", who))
            + " "
            + padded
            + " "
            + paint(DIM, sizes));
  }

  /** Somebody does, by so many requests, what has been shown before. */
  void likewise(String who, String what, Runnable requests) {
    quiet = true;
    try {
      requests.run();
    } finally {
      quiet = false;
    }
    out.println("  " + paint(CYAN, String.format(Locale.ROOT, "%-8s", who)) + " " + what);
  }

  /** A channel that writes down each request with its size and its answer's. */
  Channel told(String who, Channel channel) {
    return ask -> channel.send(ask).thenApply(answer -> tell(who, ask, answer));
  }

  private Answer tell(String who, Ask ask, Answer answer) {
    if (quiet) {
      return answer;
    }
    String up = ask.bytes() == 0 ? "" : bytes(ask.bytes()) + " ";
    String down = answer.body().length == 0 ? "" : " " + bytes(answer.body().length);
    wire(who, ask.method(), ask.path(), up + "-> " + answer.status() + down);
    return answer;
  }

  /** A size as people say it. */
  static String bytes(int count) {
    return count < 1_000 ? count + " B" : String.format(Locale.ROOT, "%.1f kB", count / 1_000.0);
  }
}
