package io.restante.prekey;

/**
 * The reserve of a pool: its last entries, for claimants who are entitled to them.
 *
 * @param keysMax entries at most that are set aside, of each upload the last tenth; 0 for none, and
 *     then what is there already is for everyone
 * @param takersMax claimants of a device who are remembered, as each takes once
 * @param takersTtlSeconds how long they are remembered
 */
public record ReserveConfig(int keysMax, int takersMax, int takersTtlSeconds) {
  /** No reserve. */
  public static final ReserveConfig NONE = new ReserveConfig(0, 1, 1);

  /** Checks every value. */
  public ReserveConfig {
    if (keysMax < 0 || takersMax < 1 || takersTtlSeconds < 1) {
      throw new IllegalArgumentException(
          "keysMax: "
              + keysMax
              + ", takersMax: "
              + takersMax
              + ", takersTtlSeconds: "
              + takersTtlSeconds
              + " (expected: 0 or more, the others 1 or more)");
    }
  }
}
