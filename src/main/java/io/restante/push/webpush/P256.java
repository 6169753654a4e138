package io.restante.push.webpush;

import java.math.BigInteger;
import java.security.SecureRandom;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.agreement.ECDHBasicAgreement;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.generators.ECKeyPairGenerator;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECKeyGenerationParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.bouncycastle.util.BigIntegers;

/**
 * The curve of Web Push (RFC 8291, section 3.1). By BouncyCastle, as on Java 17 the JDK takes five
 * times as long, and cannot tell the public key of a private one.
 */
final class P256 {
  /** Bytes of an uncompressed point. */
  static final int POINT_BYTES = 65;

  /** Bytes of a coordinate, and of a secret. */
  static final int NUMBER_BYTES = 32;

  private static final byte UNCOMPRESSED = 4;
  private static final ECDomainParameters DOMAIN = domain();

  private P256() {}

  private static ECDomainParameters domain() {
    X9ECParameters curve = CustomNamedCurves.getByName("secp256r1");
    return new ECDomainParameters(curve);
  }

  /** Whether this is an uncompressed point that lies on the curve. */
  static boolean isPoint(byte[] bytes) {
    if (bytes.length != POINT_BYTES || bytes[0] != UNCOMPRESSED) {
      return false;
    }
    try {
      DOMAIN.getCurve().decodePoint(bytes);
      return true;
    } catch (IllegalArgumentException notOne) {
      return false;
    }
  }

  /** A new private key. */
  static BigInteger newSecret(SecureRandom random) {
    ECKeyPairGenerator generator = new ECKeyPairGenerator();
    generator.init(new ECKeyGenerationParameters(DOMAIN, random));
    return ((ECPrivateKeyParameters) generator.generateKeyPair().getPrivate()).getD();
  }

  /**
   * The public key of a private one, uncompressed.
   *
   * @throws IllegalArgumentException where it is no private key of this curve
   */
  static byte[] publicKey(BigInteger secret) {
    ECPrivateKeyParameters checked = new ECPrivateKeyParameters(secret, DOMAIN);
    ECPoint point = new FixedPointCombMultiplier().multiply(DOMAIN.getG(), checked.getD());
    return point.getEncoded(false);
  }

  /** What both sides of a key agreement have: 32 bytes. */
  static byte[] shared(BigInteger secret, byte[] point) {
    ECDHBasicAgreement agreement = new ECDHBasicAgreement();
    agreement.init(new ECPrivateKeyParameters(secret, DOMAIN));
    ECPublicKeyParameters other =
        new ECPublicKeyParameters(DOMAIN.getCurve().decodePoint(point), DOMAIN);
    return BigIntegers.asUnsignedByteArray(NUMBER_BYTES, agreement.calculateAgreement(other));
  }
}
