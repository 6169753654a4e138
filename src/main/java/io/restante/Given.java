package io.restante;

/**
 * A value as it was given, not yet understood.
 *
 * @param key as it was written, or {@code RESTANTE_…} from the environment
 * @param origin where it was written, such as {@code file gateway.yaml line 3}
 */
record Given(String key, String text, String origin) {
  /** Hides the text: it may be a secret. */
  @Override
  public String toString() {
    return key + " from " + origin;
  }
}
