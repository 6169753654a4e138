package io.restante.prekey;

import io.restante.protocol.SignedPrekey;
import io.restante.protocol.XEdDsa;
import java.util.Arrays;

/**
 * The fields {@code signed} and {@code last} of a device's keys: key id (3 bytes, big-endian), the
 * serialized public key (33 or 1569 bytes), signature (64). Pure.
 */
public final class SignedKeyCodec {
  private static final int TYPE_AT = PackedKey.KEY_ID_BYTES;

  private SignedKeyCodec() {}

  /** Packs a signed prekey. */
  public static byte[] pack(SignedPrekey prekey) {
    int signatureAt = TYPE_AT + prekey.publicKey().length;
    byte[] packed = new byte[signatureAt + XEdDsa.SIGNATURE_BYTES];
    PackedKey.putKeyId(packed, 0, prekey.keyId());
    System.arraycopy(prekey.publicKey(), 0, packed, TYPE_AT, prekey.publicKey().length);
    System.arraycopy(prekey.signature(), 0, packed, signatureAt, XEdDsa.SIGNATURE_BYTES);
    return packed;
  }

  /** Reads what {@link #pack} made. */
  public static SignedPrekey unpack(byte[] packed) {
    int signatureAt = packed.length - XEdDsa.SIGNATURE_BYTES;
    return new SignedPrekey(
        view(packed).keyId(),
        Arrays.copyOfRange(packed, TYPE_AT, signatureAt),
        Arrays.copyOfRange(packed, signatureAt, packed.length));
  }

  /** The prekey where it lies. */
  static PackedKey view(byte[] packed) {
    return new PackedKey(
        packed,
        0,
        packed[TYPE_AT],
        TYPE_AT + 1,
        packed.length - TYPE_AT - 1 - XEdDsa.SIGNATURE_BYTES,
        XEdDsa.SIGNATURE_BYTES);
  }
}
