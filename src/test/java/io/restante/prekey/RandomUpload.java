package io.restante.prekey;

import io.restante.protocol.EcPrekey;
import io.restante.protocol.SignedPrekey;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Uploads of keys that are random bytes: as long as real ones, made in no time, and of no use to
 * anybody. They go to the store past the verification of signatures.
 */
public final class RandomUpload {
  private static final int KEY_ID_MAX = 0xFFFFFF;
  private static final int SIGNATURE_BYTES = 64;

  private final SplittableRandom random;

  /** Another seed, other keys. */
  public RandomUpload(long seed) {
    random = new SplittableRandom(seed);
  }

  /** All that a device has: identity, signed and last-resort key, and so many one-time keys. */
  public VerifiedUpload whole(int ecKeys, int kemKeys) {
    return new VerifiedUpload(
        key(EcEntryCodec.SERIALIZED_BYTES),
        true,
        SignedKeyCodec.pack(signed(EcEntryCodec.SERIALIZED_BYTES)),
        SignedKeyCodec.pack(signed(KemEntryCodec.SERIALIZED_BYTES)),
        null,
        batches(ecKeys, kemKeys));
  }

  /** One-time keys for a device that has such an identity key. */
  public VerifiedUpload oneTime(byte[] identityKey, int ecKeys, int kemKeys) {
    return new VerifiedUpload(identityKey, false, null, null, null, batches(ecKeys, kemKeys));
  }

  private List<PoolBatch> batches(int ecKeys, int kemKeys) {
    return List.of(
        PoolBatch.ofEc(
            IntStream.range(0, ecKeys)
                .mapToObj(i -> new EcPrekey(keyId(), key(EcEntryCodec.SERIALIZED_BYTES)))
                .toList()),
        PoolBatch.ofKem(
            IntStream.range(0, kemKeys)
                .mapToObj(i -> signed(KemEntryCodec.SERIALIZED_BYTES))
                .toList()));
  }

  private SignedPrekey signed(int publicKeyBytes) {
    byte[] signature = new byte[SIGNATURE_BYTES];
    random.nextBytes(signature);
    return new SignedPrekey(keyId(), key(publicKeyBytes), signature);
  }

  private int keyId() {
    return random.nextInt(KEY_ID_MAX);
  }

  private byte[] key(int bytes) {
    byte[] key = new byte[bytes];
    random.nextBytes(key);
    key[0] = bytes == EcEntryCodec.SERIALIZED_BYTES ? (byte) 0x05 : (byte) 0x08;
    return key;
  }
}
