package io.restante.mailbox;

/**
 * What a device's mailbox holds, and what its sessions may do to it.
 *
 * @param envelopesMax envelopes that wait
 * @param bytesMax their bytes
 * @param ttlMs how long an envelope waits
 * @param messageBytesMax the largest content of one message
 * @param recipientsMax accounts of one message to many
 * @param recipientsBytesMax bytes of its content, once for each device that gets it
 * @param failedSessionsMax sessions that an envelope may fail before it is set aside
 * @param displacementsMax sessions of one device that may displace each other within a time
 * @param displacementsWindowMs that time
 * @param pollsMax polls and searches of one device that an event loop has under way or waiting
 */
public record MailboxConfig(
    int envelopesMax,
    long bytesMax,
    long ttlMs,
    int messageBytesMax,
    int recipientsMax,
    long recipientsBytesMax,
    int failedSessionsMax,
    int displacementsMax,
    int displacementsWindowMs,
    int pollsMax) {
  /** Checks every value. */
  public MailboxConfig {
    atLeast("envelopesMax", envelopesMax, 1);
    atLeast("ttlMs", ttlMs, 1);
    atLeast("messageBytesMax", messageBytesMax, 1);
    atLeast("recipientsMax", recipientsMax, 1);
    atLeast("failedSessionsMax", failedSessionsMax, 1);
    atLeast("displacementsMax", displacementsMax, 1);
    atLeast("displacementsWindowMs", displacementsWindowMs, 1);
    atLeast("pollsMax", pollsMax, 1);
    atLeast("bytesMax", bytesMax, messageBytesMax);
    atLeast("recipientsBytesMax", recipientsBytesMax, messageBytesMax);
  }

  /** The same, but that sessions of a device may displace each other as often as they like. */
  public MailboxConfig withDisplacementsUnlimited() {
    return new MailboxConfig(
        envelopesMax,
        bytesMax,
        ttlMs,
        messageBytesMax,
        recipientsMax,
        recipientsBytesMax,
        failedSessionsMax,
        Integer.MAX_VALUE,
        displacementsWindowMs,
        pollsMax);
  }

  private static void atLeast(String name, long value, long min) {
    if (value < min) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: " + min + " or more)");
    }
  }
}
