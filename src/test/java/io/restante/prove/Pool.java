package io.restante.prove;

/**
 * One pool of a place. The model does not care which: what differs is what comes with a device, see
 * {@link Event.Opening}, and which route fills it.
 *
 * @param name {@link #EC}, {@link #KEM}, or what its owner calls it
 */
record Pool(Place place, String name) {
  static final String EC = "ec";
  static final String KEM = "kem";
  private static final char COLON = ':';

  /** So much of a key is the only one of its kind. */
  private static final int CHARS = 24;

  /** A key (base64) as the record has it: the name of its pool and enough of it. */
  static String key(String name, String encoded) {
    return name + COLON + encoded.substring(0, CHARS);
  }

  /** The name of the pool to which such a key belongs. */
  static String nameOf(String key) {
    return key.substring(0, Math.max(0, key.indexOf(COLON)));
  }
}
