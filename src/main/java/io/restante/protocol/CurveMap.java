package io.restante.protocol;

import org.bouncycastle.math.ec.rfc7748.X25519Field;

/**
 * Maps between the coordinates of Curve25519 in Montgomery form (u) and in Edwards form (y), each
 * 32 bytes, little-endian (RFC 7748, section 4.1).
 */
final class CurveMap {
  private static final int BYTES = 32;

  private CurveMap() {}

  /** y = (u - 1) / (u + 1); for u = -1, which is no point, 0, which is of low order. */
  static byte[] edwardsY(byte[] montgomeryU) {
    int[] u = decode(montgomeryU);
    int[] above = X25519Field.create();
    int[] below = X25519Field.create();
    X25519Field.sub(u, one(), above);
    X25519Field.add(u, one(), below);
    return quotient(above, below);
  }

  /** u = (1 + y) / (1 - y); the top bit of y, which is the sign of x, does not count. */
  static byte[] montgomeryU(byte[] edwardsY) {
    int[] y = decode(edwardsY);
    int[] above = X25519Field.create();
    int[] below = X25519Field.create();
    X25519Field.add(one(), y, above);
    X25519Field.sub(one(), y, below);
    return quotient(above, below);
  }

  private static int[] one() {
    int[] one = X25519Field.create();
    X25519Field.one(one);
    return one;
  }

  private static int[] decode(byte[] bytes) {
    int[] number = X25519Field.create();
    // Of the last byte the top bit is left out.
    X25519Field.decode255(bytes, number);
    return number;
  }

  private static byte[] quotient(int[] above, int[] below) {
    X25519Field.carry(above);
    X25519Field.carry(below);
    X25519Field.inv(below, below);
    X25519Field.mul(above, below, above);
    X25519Field.normalize(above);
    byte[] bytes = new byte[BYTES];
    X25519Field.encode(above, bytes);
    return bytes;
  }
}
