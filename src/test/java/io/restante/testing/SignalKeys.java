package io.restante.testing;

import io.restante.protocol.EcPrekey;
import io.restante.protocol.SignedPrekey;
import java.util.List;
import java.util.stream.IntStream;
import org.signal.libsignal.protocol.ecc.ECKeyPair;
import org.signal.libsignal.protocol.kem.KEMKeyPair;
import org.signal.libsignal.protocol.kem.KEMKeyType;

/** One identity's keys, made by libsignal when they are asked for. */
public final class SignalKeys {
  private final ECKeyPair identity = ECKeyPair.generate();

  /** The identity key, 33 bytes. */
  public byte[] identityKey() {
    return identity.getPublicKey().serialize();
  }

  /** A Curve25519 one-time prekey. */
  public EcPrekey ec(int keyId) {
    return new EcPrekey(keyId, ECKeyPair.generate().getPublicKey().serialize());
  }

  /** So many of them, with ids from the first on. */
  public List<EcPrekey> ecs(int firstId, int count) {
    return IntStream.range(firstId, firstId + count).mapToObj(this::ec).toList();
  }

  /** A Curve25519 signed prekey. */
  public SignedPrekey signed(int keyId) {
    return sign(keyId, ECKeyPair.generate().getPublicKey().serialize());
  }

  /** An ML-KEM-1024 prekey. */
  public SignedPrekey kem(int keyId) {
    return sign(keyId, KEMKeyPair.generate(KEMKeyType.KYBER_1024).getPublicKey().serialize());
  }

  /** So many of them, with ids from the first on. */
  public List<SignedPrekey> kems(int firstId, int count) {
    return IntStream.range(firstId, firstId + count).mapToObj(this::kem).toList();
  }

  /** The same public key under another id; the signature is as valid. */
  public static SignedPrekey renumbered(SignedPrekey prekey, int keyId) {
    return new SignedPrekey(keyId, prekey.publicKey(), prekey.signature());
  }

  private SignedPrekey sign(int keyId, byte[] publicKey) {
    return new SignedPrekey(
        keyId, publicKey, identity.getPrivateKey().calculateSignature(publicKey));
  }
}
