package io.restante.protocol;

/**
 * Bytes that are not a frame of the contract. The socket answers with close code 1007. The message
 * names field, given size and limit, and never what the bytes said.
 */
public final class MalformedFrameException extends Exception {
  /** What is wrong, in shapes. */
  public MalformedFrameException(String shape) {
    // No stack trace: clients can send as many as they like.
    super(shape, null, false, false);
  }

  static MalformedFrameException overLimit(String field, long given, int max) {
    return new MalformedFrameException(field + ": " + given + " (expected: at most " + max + ")");
  }
}
