package io.restante;

/**
 * One thing that is wrong with a configuration.
 *
 * @param key of the setting, as it was written
 * @param problem what was given and what is expected, without secrets
 */
record ConfigError(String key, String problem) {
  private static final int PART_CHARS_MAX = 300;

  /** A key that there is not. The value is not shown: it may be a secret under a mistyped key. */
  static ConfigError unknown(Given given) {
    return new ConfigError(given.key(), "unknown key, from " + given.origin());
  }

  /** A value that the setting does not take. */
  static ConfigError unexpected(Setting setting, Given given, String expected) {
    String shown = setting.isSecret() ? "a value (hidden)" : "'" + given.text() + "'";
    if (given.text().isEmpty()) {
      shown = "nothing";
    }
    return new ConfigError(
        setting.key(), shown + " from " + given.origin() + " (expected: " + expected + ")");
  }

  /** For the operator: one line, whatever was given. */
  String line() {
    return shown(key) + ": " + shown(problem);
  }

  private static String shown(String text) {
    String printable = text.replaceAll("\\p{Cntrl}", "?");
    return printable.length() > PART_CHARS_MAX
        ? printable.substring(0, PART_CHARS_MAX) + "…"
        : printable;
  }
}
