package io.restante.prekey;

import org.jspecify.annotations.Nullable;

/**
 * What a sender needs to begin a session with one device.
 *
 * @param identityKey 33 bytes
 * @param prekey null where the pool is empty and there is no last-resort key
 * @param pqPrekey null for devices without post-quantum keys
 */
public record DeviceBundle(
    int device,
    byte[] identityKey,
    int registrationId,
    PackedKey signedPrekey,
    @Nullable PackedKey prekey,
    PoolOutcome prekeyOutcome,
    @Nullable PackedKey pqPrekey,
    PoolOutcome pqPrekeyOutcome) {

  /**
   * Puts together what was read and what was popped.
   *
   * @param ec a popped entry, null where there was none
   * @param kem a popped entry, null where there was none
   */
  static DeviceBundle of(int device, DeviceKeys keys, byte @Nullable [] ec, byte @Nullable [] kem) {
    PackedKey prekey = null;
    PoolOutcome prekeyOutcome = PoolOutcome.EMPTY;
    if (ec != null) {
      prekey = EcEntryCodec.popped(ec);
      prekeyOutcome = PoolOutcome.ONE_TIME;
    } else if (keys.ecLast() != null) {
      prekey = EcEntryCodec.lastResort(keys.ecLast());
      prekeyOutcome = PoolOutcome.LAST_RESORT;
    }
    PackedKey pqPrekey = null;
    PoolOutcome pqPrekeyOutcome = PoolOutcome.EMPTY;
    if (kem != null) {
      pqPrekey = KemEntryCodec.popped(kem);
      pqPrekeyOutcome = PoolOutcome.ONE_TIME;
    } else if (keys.last() != null) {
      pqPrekey = SignedKeyCodec.view(keys.last());
      pqPrekeyOutcome = PoolOutcome.LAST_RESORT;
    }
    return new DeviceBundle(
        device,
        keys.requireIdentity(),
        keys.registrationId(),
        SignedKeyCodec.view(keys.requireSigned()),
        prekey,
        prekeyOutcome,
        pqPrekey,
        pqPrekeyOutcome);
  }
}
