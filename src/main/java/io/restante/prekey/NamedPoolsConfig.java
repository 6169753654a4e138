package io.restante.prekey;

/**
 * Named pools, per device.
 *
 * @param namesMax pools
 * @param namesEverMax names that its ledger remembers, those of deleted pools among them
 * @param entriesMax entries of one upload, and so of a pool
 * @param entryBytesMax of one entry's data
 * @param bytesMax of the data of one upload's entries together
 * @param ttlMinSeconds the shortest time after which entries expire
 * @param ttlMaxSeconds the longest
 */
public record NamedPoolsConfig(
    int namesMax,
    int namesEverMax,
    int entriesMax,
    int entryBytesMax,
    int bytesMax,
    int ttlMinSeconds,
    int ttlMaxSeconds) {
  /** Checks every value. */
  public NamedPoolsConfig {
    atLeastOne("namesMax", namesMax);
    if (namesEverMax < namesMax) {
      throw new IllegalArgumentException(
          "namesEverMax: " + namesEverMax + " (expected: namesMax, " + namesMax + ", or more)");
    }
    atLeastOne("entriesMax", entriesMax);
    atLeastOne("entryBytesMax", entryBytesMax);
    atLeastOne("bytesMax", bytesMax);
    atLeastOne("ttlMinSeconds", ttlMinSeconds);
    atLeastOne("ttlMaxSeconds", ttlMaxSeconds);
  }

  private static void atLeastOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: 1 or more)");
    }
  }
}
