package io.restante;

import java.util.Locale;

/**
 * How the gateway logs, on standard error.
 *
 * @param format lines for people or JSON objects for machines
 * @param level of the gateway's own loggers; libraries are heard from {@code warn} up
 */
public record LogConfig(Format format, Level level) {
  /** The shape of a log line. */
  public enum Format {
    /** One line of text. */
    TEXT,
    /** One JSON object a line. */
    JSON
  }

  /** The least severe lines that are written. */
  public enum Level {
    /** Only failures that need a person. */
    ERROR,
    /** Also what is degraded. */
    WARN,
    /** Also the gateway's own milestones. */
    INFO,
    /** Also single steps. */
    DEBUG,
    /** Everything. */
    TRACE;

    /** The name in a configuration. */
    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
