package io.restante.mailbox;

import java.nio.ByteBuffer;

/** Nonces of envelopes as Redis keeps them: 8 bytes, big-endian. */
final class Nonces {
  static final int BYTES = Long.BYTES;

  private Nonces() {}

  static byte[] bytes(long nonce) {
    return ByteBuffer.allocate(BYTES).putLong(nonce).array();
  }
}
