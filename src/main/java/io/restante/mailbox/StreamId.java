package io.restante.mailbox;

/**
 * The place of an envelope in its mailbox: the id that Redis gave it, in the order of arrival.
 * After a failover ids can step back, and one can come again: see {@link EnvelopeId}.
 *
 * @param ms Redis' clock in milliseconds, 0 or more
 * @param sequence counts within the millisecond, 0 or more
 */
public record StreamId(long ms, long sequence) implements Comparable<StreamId> {
  /** Before the first envelope. */
  public static final StreamId START = new StreamId(0, 0);

  /** Checks both. */
  public StreamId {
    if (ms < 0 || sequence < 0) {
      throw new IllegalArgumentException(
          "stream id: " + ms + '-' + sequence + " (expected: both 0 or more)");
    }
  }

  /** Reads {@code <ms>-<sequence>}, as Redis writes it. */
  public static StreamId parse(String text) {
    int dash = text.indexOf('-');
    return new StreamId(
        Long.parseLong(text, 0, dash, 10), Long.parseLong(text, dash + 1, text.length(), 10));
  }

  /** {@code <ms>-<sequence>}. */
  public String text() {
    return ms + "-" + sequence;
  }

  @Override
  public int compareTo(StreamId other) {
    int byMs = Long.compare(ms, other.ms);
    return byMs != 0 ? byMs : Long.compare(sequence, other.sequence);
  }
}
