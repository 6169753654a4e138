package io.restante.house;

/** A house rule that a finding breaks. */
enum Rule {
  /** A file has at most 400 lines. Where: its path. */
  FILE_LINES,
  /** A function has at most 60 lines. Where: {@code Type.method}. */
  FUNCTION_LINES,
  /** A line has at most 100 columns. Where: the file's path. */
  COLUMNS,
  /** No word of a name is empty of meaning. Where: the type or package. */
  NAME,
  /** A script lies in its package's folder, opens with its contract, has a class and a test. */
  SCRIPT,
  /** A test awaits conditions, never time. Where: the file's type. */
  SLEEP
}
