package io.restante.bench.mail;

import io.vertx.core.buffer.Buffer;
import java.util.SplittableRandom;

/** What is sent: so many bytes, of which the first ones tell its number and the rest are random. */
final class Letter {
  /** Bytes of a letter. */
  static final int BYTES = 1_024;

  private static final byte[] RANDOM = new byte[BYTES];

  static {
    new SplittableRandom(BYTES).nextBytes(RANDOM);
  }

  private Letter() {}

  /** The letter with this number. */
  static Buffer of(int number) {
    Buffer letter = Buffer.buffer(BYTES).appendBytes(RANDOM);
    return letter.setLong(0, number);
  }

  /** The number of the letter that begins here. */
  static int numberAt(Buffer bytes, int at) {
    return (int) bytes.getLong(at);
  }
}
