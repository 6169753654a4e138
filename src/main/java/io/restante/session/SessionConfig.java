package io.restante.session;

/**
 * Sockets and the sessions on them.
 *
 * @param windowEnvelopesMax envelopes sent and not yet acknowledged
 * @param windowBytesMax their bytes
 * @param ackDeadlineMs how long an envelope may stay unacknowledged before it is sent once more,
 *     and then before the socket is closed
 * @param sweepMs between two reads that no doorbell asked for
 * @param recheckMs between two checks that the credentials still hold
 * @param frameBytesMax the largest message of a client
 * @param unfinishedBytesMax bytes of messages that are not whole yet, of all sockets; see {@link
 *     BudgetedFrames}
 * @param messageTimeoutMs how long a client may take to send a message
 * @param requestsInFlightMax requests of one socket that are being answered
 * @param answerBytesMax bytes of answers that a client may leave unread before no more of its
 *     requests are read
 * @param socketsMax sockets of this gateway
 */
public record SessionConfig(
    int windowEnvelopesMax,
    int windowBytesMax,
    int ackDeadlineMs,
    int sweepMs,
    int recheckMs,
    int frameBytesMax,
    int unfinishedBytesMax,
    int messageTimeoutMs,
    int requestsInFlightMax,
    int answerBytesMax,
    int socketsMax) {
  private static final int FRAME_BYTES_MIN = 512 * 1024;
  private static final int RECHECK_MS_MAX = 60_000;

  /** Checks every value. */
  public SessionConfig {
    atLeast("windowEnvelopesMax", windowEnvelopesMax, 1);
    atLeast("windowBytesMax", windowBytesMax, 1);
    atLeast("ackDeadlineMs", ackDeadlineMs, 1);
    atLeast("sweepMs", sweepMs, 1);
    atLeast("recheckMs", recheckMs, 1);
    atLeast("frameBytesMax", frameBytesMax, FRAME_BYTES_MIN);
    atLeast("unfinishedBytesMax", unfinishedBytesMax, 1);
    atLeast("messageTimeoutMs", messageTimeoutMs, 1);
    atLeast("requestsInFlightMax", requestsInFlightMax, 1);
    atLeast("answerBytesMax", answerBytesMax, 1);
    atLeast("socketsMax", socketsMax, 1);
    if (recheckMs > RECHECK_MS_MAX) {
      throw new IllegalArgumentException(
          "recheckMs: " + recheckMs + " (expected: at most " + RECHECK_MS_MAX + ")");
    }
  }

  private static void atLeast(String name, int value, int min) {
    if (value < min) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: " + min + " or more)");
    }
  }
}
