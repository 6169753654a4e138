package io.restante.protocol;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.bouncycastle.math.ec.rfc8032.Ed25519.PublicPoint;
import org.jspecify.annotations.Nullable;

/**
 * Verifies signatures of one Curve25519 identity key (XEdDSA, Signal's specification of 2016,
 * section 2; RFC 7748 section 4.1 for the map; RFC 8032 for what follows). The sign of the Edwards
 * point lies in the top bit of the signature's last byte, as libsignal puts it there.
 *
 * <p>Whatever it takes, libsignal takes. It refuses some that libsignal takes and never makes: keys
 * that are not canonical (u of p or more, the top bit set), keys and points R of low order or with
 * a part of low order, scalars s of L or more. Peers who got such a key would find a contact whose
 * signatures anyone can make, or one key under several serialized forms.
 *
 * <p>Thread-safe. A verification takes 0.15 ms or so: not for an event loop. One key for many
 * signatures saves a third of it.
 */
public final class XEdDsa {
  /** Bytes of a signature. */
  public static final int SIGNATURE_BYTES = 64;

  private static final int POINT_BYTES = 32;
  private static final int TOP = POINT_BYTES - 1;
  private static final int SIGN_BIT = 0x80;

  private final byte[] edwardsY;
  private final boolean canonical;

  /** The Edwards point for either sign, made when a signature first asks for it. */
  private final AtomicReferenceArray<@Nullable Candidate> candidates =
      new AtomicReferenceArray<>(2);

  /** A point of the prime-order subgroup, or null where these coordinates are none. */
  private record Candidate(@Nullable PublicPoint point) {}

  private XEdDsa(byte[] montgomeryU) {
    this.canonical = isCanonical(montgomeryU);
    this.edwardsY = CurveMap.edwardsY(montgomeryU);
  }

  /**
   * A verifier for signatures of this key.
   *
   * @param serializedKey 33 bytes, the first 0x05
   * @throws IllegalArgumentException for another size or first byte
   */
  public static XEdDsa of(byte[] serializedKey) {
    if (serializedKey.length != KeyShapes.EC_KEY_BYTES || serializedKey[0] != KeyShapes.EC_TYPE) {
      throw new IllegalArgumentException(
          "identity key: " + KeyShapes.shapeOf(serializedKey) + " (expected: 33 bytes from 0x05)");
    }
    byte[] montgomeryU = new byte[POINT_BYTES];
    System.arraycopy(serializedKey, 1, montgomeryU, 0, POINT_BYTES);
    return new XEdDsa(montgomeryU);
  }

  /** Whether the signature is this key's over the message. False for a signature of other size. */
  public boolean verifies(byte[] message, byte[] signature) {
    if (!canonical || signature.length != SIGNATURE_BYTES) {
      return false;
    }
    int sign = (signature[SIGNATURE_BYTES - 1] & SIGN_BIT) >>> 7;
    PublicPoint key = candidate(sign).point();
    // Ed25519.verify compares up to a part of low order, libsignal exactly: they agree where key
    // and R have none.
    if (key == null || !Ed25519.validatePublicKeyFull(signature, 0)) {
      return false;
    }
    byte[] ed25519 = signature.clone();
    ed25519[SIGNATURE_BYTES - 1] &= (byte) ~SIGN_BIT;
    return Ed25519.verify(ed25519, 0, key, message, 0, message.length);
  }

  private Candidate candidate(int sign) {
    Candidate candidate = candidates.get(sign);
    if (candidate == null) {
      byte[] encoded = edwardsY.clone();
      encoded[TOP] |= (byte) (sign << 7);
      // No lock: two threads at worst make the same point twice.
      candidate = new Candidate(Ed25519.validatePublicKeyFullExport(encoded, 0));
      candidates.set(sign, candidate);
    }
    return candidate;
  }

  /** Whether u is below p = 2^255 - 19, top bit included. */
  private static boolean isCanonical(byte[] u) {
    if (u[TOP] != 0x7f) {
      return u[TOP] >= 0;
    }
    for (int i = TOP - 1; i > 0; i--) {
      if (u[i] != (byte) 0xff) {
        return true;
      }
    }
    return (u[0] & 0xff) < 0xed;
  }
}
