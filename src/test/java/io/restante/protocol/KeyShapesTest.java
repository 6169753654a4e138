package io.restante.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.signal.libsignal.protocol.ecc.ECKeyPair;
import org.signal.libsignal.protocol.kem.KEMKeyPair;
import org.signal.libsignal.protocol.kem.KEMKeyType;

class KeyShapesTest {
  private static final byte[] EC = ECKeyPair.generate().getPublicKey().serialize();
  private static final byte[] KEM =
      KEMKeyPair.generate(KEMKeyType.KYBER_1024).getPublicKey().serialize();

  @Test
  void takesTheKeysThatLibsignalMakes() {
    ECKeyPair identity = ECKeyPair.generate();
    byte[] signature = identity.getPrivateKey().calculateSignature(KEM);
    SignedPrekey prekey = SignedPrekey.checkedKem("pqPreKeys[0]", 0xffffff, KEM, signature);
    assertTrue(prekey.isSignedBy(XEdDsa.of(identity.getPublicKey().serialize())));
    assertSame(EC, EcPrekey.checked("preKeys[0]", 0, EC).publicKey());
    assertSame(EC, SignedPrekey.checkedEc("signedPreKey", 1, EC, signature).publicKey());
  }

  @Test
  void namesFieldGivenAndExpectedAndNeverTheKey() {
    byte[] signature = new byte[64];
    assertRefused(
        "preKeys[3].publicKey: 33 bytes from 0x00 (expected: 33 bytes from 0x05)",
        () -> EcPrekey.checked("preKeys[3]", 1, new byte[33]));
    assertRefused(
        "preKeys[3].publicKey: 0 bytes (expected: 33 bytes from 0x05)",
        () -> EcPrekey.checked("preKeys[3]", 1, new byte[0]));
    assertRefused(
        "preKeys[3].keyId: 16777216 (expected: 0 to 16777215)",
        () -> EcPrekey.checked("preKeys[3]", 1 << 24, EC));
    assertRefused(
        "signedPreKey.keyId: -1 (expected: 0 to 16777215)",
        () -> SignedPrekey.checkedEc("signedPreKey", -1, EC, signature));
    assertRefused(
        "signedPreKey.publicKey: 1569 bytes from 0x08 (expected: 33 bytes from 0x05)",
        () -> SignedPrekey.checkedEc("signedPreKey", 1, KEM, signature));
    assertRefused(
        "pqPreKeys[0].publicKey: 33 bytes from 0x05 (expected: 1569 bytes from 0x08)",
        () -> SignedPrekey.checkedKem("pqPreKeys[0]", 1, EC, signature));
    assertRefused(
        "pqPreKeys[0].signature: 63 bytes (expected: 64 bytes)",
        () -> SignedPrekey.checkedKem("pqPreKeys[0]", 1, KEM, new byte[63]));
  }

  private static void assertRefused(String detail, Executable parsing) {
    GatewayException refusal = assertThrows(GatewayException.class, parsing);
    assertEquals(ErrorCode.INVALID_FIELD, refusal.code());
    assertEquals(detail, refusal.detail());
  }
}
