package io.restante.prekey;

import java.util.List;

/**
 * A kind of pool. The store treats its entries as opaque bytes, apart from where the public key
 * lies in them: by that the ledger knows a key under another id again.
 *
 * @param name as it stands in key names and metrics, few and fixed
 * @param publicKeyAt where the public key begins in an entry without its epoch
 * @param publicKeyBytes how long it is there
 */
public record Pool(String name, int publicKeyAt, int publicKeyBytes) {
  /** Curve25519 one-time prekeys, see {@link EcEntryCodec}. */
  public static final Pool EC =
      new Pool("ec", EcEntryCodec.PUBLIC_KEY_AT, EcEntryCodec.PUBLIC_KEY_BYTES);

  /** ML-KEM-1024 one-time prekeys, see {@link KemEntryCodec}. */
  public static final Pool KEM =
      new Pool("kem", KemEntryCodec.PUBLIC_KEY_AT, KemEntryCodec.PUBLIC_KEY_BYTES);

  /** All pools, in the order in which they are popped. */
  public static final List<Pool> ALL = List.of(EC, KEM);

  /** How many bytes of an entry in Redis are its epoch (big-endian, modulo 65536). */
  static final int EPOCH_BYTES = 2;

  /** The epoch that stands before an entry. */
  static int epochOf(byte[] entry) {
    return ((entry[0] & 0xFF) << 8) | (entry[1] & 0xFF);
  }
}
