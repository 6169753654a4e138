package io.restante.mailbox;

/**
 * What a device's mailbox holds.
 *
 * @param envelopesMax envelopes that wait
 * @param bytesMax their bytes
 * @param ttlMs how long an envelope waits
 * @param messageBytesMax the largest content of one message
 * @param recipientsMax accounts of one message to many
 */
public record MailboxConfig(
    int envelopesMax, long bytesMax, long ttlMs, int messageBytesMax, int recipientsMax) {
  /** Checks every value. */
  public MailboxConfig {
    atLeast("envelopesMax", envelopesMax, 1);
    atLeast("ttlMs", ttlMs, 1);
    atLeast("messageBytesMax", messageBytesMax, 1);
    atLeast("recipientsMax", recipientsMax, 1);
    atLeast("bytesMax", bytesMax, messageBytesMax);
  }

  private static void atLeast(String name, long value, long min) {
    if (value < min) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: " + min + " or more)");
    }
  }
}
