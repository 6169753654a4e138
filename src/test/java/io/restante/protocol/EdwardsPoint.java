package io.restante.protocol;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/** A point of edwards25519 by the book (RFC 8032, section 5.1), for hostile signatures. Slow. */
record EdwardsPoint(BigInteger x, BigInteger y) {
  static final BigInteger P = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));
  static final BigInteger L =
      BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));
  private static final BigInteger D =
      BigInteger.valueOf(-121665).multiply(BigInteger.valueOf(121666).modInverse(P)).mod(P);
  private static final BigInteger ROOT_OF_MINUS_ONE =
      BigInteger.TWO.modPow(P.subtract(BigInteger.ONE).shiftRight(2), P);

  private static final BigInteger U_OF_ORDER_8 =
      new BigInteger(
          "39382357235489614581723060781553021112529911719440698176882885853963445705823");

  static final EdwardsPoint NEUTRAL = new EdwardsPoint(BigInteger.ZERO, BigInteger.ONE);
  static final EdwardsPoint BASE = ofBaseY();

  private static EdwardsPoint ofBaseY() {
    BigInteger y = BigInteger.valueOf(4).multiply(BigInteger.valueOf(5).modInverse(P)).mod(P);
    return new EdwardsPoint(evenX(y), y);
  }

  /** The even root of (y^2 - 1) / (d y^2 + 1). */
  private static BigInteger evenX(BigInteger y) {
    BigInteger y2 = y.multiply(y);
    BigInteger square =
        y2.subtract(BigInteger.ONE).multiply(D.multiply(y2).add(BigInteger.ONE).modInverse(P));
    square = square.mod(P);
    BigInteger root = square.modPow(P.add(BigInteger.valueOf(3)).shiftRight(3), P);
    if (!root.multiply(root).mod(P).equals(square)) {
      root = root.multiply(ROOT_OF_MINUS_ONE).mod(P);
    }
    if (!root.multiply(root).mod(P).equals(square)) {
      throw new IllegalArgumentException("no point has this y");
    }
    return root.testBit(0) ? P.subtract(root) : root;
  }

  /** The seven points of low order but the neutral one. */
  static List<EdwardsPoint> lowOrder() {
    BigInteger y = U_OF_ORDER_8.subtract(BigInteger.ONE);
    y = y.multiply(U_OF_ORDER_8.add(BigInteger.ONE).modInverse(P)).mod(P);
    EdwardsPoint generator = new EdwardsPoint(evenX(y), y);
    List<EdwardsPoint> points = new ArrayList<>();
    for (int i = 1; i < 8; i++) {
      points.add(generator.times(BigInteger.valueOf(i)));
    }
    return points;
  }

  EdwardsPoint plus(EdwardsPoint other) {
    BigInteger product = x.multiply(other.x).multiply(y).multiply(other.y).multiply(D).mod(P);
    BigInteger xs = x.multiply(other.y).add(y.multiply(other.x));
    BigInteger ys = y.multiply(other.y).add(x.multiply(other.x));
    return new EdwardsPoint(
        xs.multiply(BigInteger.ONE.add(product).modInverse(P)).mod(P),
        ys.multiply(BigInteger.ONE.subtract(product).modInverse(P)).mod(P));
  }

  EdwardsPoint times(BigInteger scalar) {
    EdwardsPoint sum = NEUTRAL;
    for (int bit = scalar.bitLength() - 1; bit >= 0; bit--) {
      sum = sum.plus(sum);
      sum = scalar.testBit(bit) ? sum.plus(this) : sum;
    }
    return sum;
  }

  int sign() {
    return x.testBit(0) ? 1 : 0;
  }

  /** 32 bytes: y, and the sign of x in the top bit. */
  byte[] encoded() {
    byte[] bytes = littleEndian(y);
    bytes[31] |= (byte) (sign() << 7);
    return bytes;
  }

  /** u = (1 + y) / (1 - y), where y is not 1. */
  BigInteger montgomeryU() {
    return BigInteger.ONE.add(y).multiply(BigInteger.ONE.subtract(y).modInverse(P)).mod(P);
  }

  static byte[] littleEndian(BigInteger value) {
    byte[] bytes = new byte[32];
    for (int i = 0; i < 32; i++) {
      bytes[i] = value.shiftRight(8 * i).byteValue();
    }
    return bytes;
  }

  static BigInteger fromLittleEndian(byte[] bytes) {
    byte[] reversed = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      reversed[i] = bytes[bytes.length - 1 - i];
    }
    return new BigInteger(1, reversed);
  }
}
