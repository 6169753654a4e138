package io.restante.account;

import java.util.List;

/**
 * How further devices are linked to an account.
 *
 * @param codeTtlMs how long a code can be used
 * @param waitMs how long a new device may wait at its provisioning address
 * @param messageBytesMax the largest message to such an address
 * @param capabilitiesKept names of capabilities: where all devices of an account have one, a device
 *     without it is refused
 */
public record LinkingConfig(
    int codeTtlMs, int waitMs, int messageBytesMax, List<String> capabilitiesKept) {
  /** Checks every value. */
  public LinkingConfig {
    capabilitiesKept = List.copyOf(capabilitiesKept);
    atLeastOne("codeTtlMs", codeTtlMs);
    atLeastOne("waitMs", waitMs);
    atLeastOne("messageBytesMax", messageBytesMax);
  }

  private static void atLeastOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: 1 or more)");
    }
  }
}
