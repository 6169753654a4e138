package io.restante.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** A generated part of a page, between two marks. */
public enum Section {
  /** Claims and their floors. */
  BENCH,
  /** Claims among more of everything. */
  GROWTH,
  /** Deliveries, floors and peers. */
  MAIL,
  /** Idle sockets and reconnects. */
  IDLE;

  /** Puts this in the place of what was there. */
  public void write(Path page, String text) {
    try {
      Files.writeString(page, replacedIn(Files.readString(page), text));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The page with this in the place of what was there. */
  String replacedIn(String page, String text) {
    String begin = "<!-- " + name().toLowerCase(Locale.ROOT) + " -->\n";
    String end = "<!-- /" + name().toLowerCase(Locale.ROOT) + " -->\n";
    int from = page.indexOf(begin);
    int to = page.indexOf(end);
    if (from < 0 || to < from) {
      throw new IllegalArgumentException("the page has no " + begin.strip());
    }
    return page.substring(0, from + begin.length()) + text + page.substring(to);
  }
}
