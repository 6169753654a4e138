package io.restante.limit;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Names counters that gateways share: the same everywhere, and telling nothing of whose it is. */
public final class CounterName {
  private static final int HASH_BYTES = 16;

  private CounterName() {}

  /** 32 hex digits for whose this address is, see {@link Network}. */
  public static String ofAddress(String remoteAddress) {
    Network from = Network.of(remoteAddress);
    return of(from.version(), from.bits());
  }

  /** 32 hex digits for these numbers. */
  public static String of(long... numbers) {
    ByteBuffer bytes = ByteBuffer.allocate(numbers.length * Long.BYTES);
    for (long number : numbers) {
      bytes.putLong(number);
    }
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes.array());
      return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("a JDK without SHA-256", e);
    }
  }
}
