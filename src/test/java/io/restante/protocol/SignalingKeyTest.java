package io.restante.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.modes.CBCBlockCipher;
import org.bouncycastle.crypto.paddings.PKCS7Padding;
import org.bouncycastle.crypto.paddings.PaddedBufferedBlockCipher;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a signaling key seals is opened here by BouncyCastle, byte by byte as the contract says. */
class SignalingKeyTest {
  private static final byte[] BYTES = bytes(52);
  private static final SignalingKey KEY = new SignalingKey(BYTES);

  private static byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    for (int i = 0; i < count; i++) {
      bytes[i] = (byte) (i + 1);
    }
    return bytes;
  }

  private static byte[] macOf(byte[] sealed) {
    HMac mac = new HMac(new SHA256Digest());
    mac.init(new KeyParameter(BYTES, 32, 20));
    mac.update(sealed, 0, sealed.length - 10);
    byte[] whole = new byte[32];
    mac.doFinal(whole, 0);
    return Arrays.copyOf(whole, 10);
  }

  private static byte[] open(byte[] sealed) throws InvalidCipherTextException {
    assertEquals(1, sealed[0]);
    assertArrayEquals(macOf(sealed), Arrays.copyOfRange(sealed, sealed.length - 10, sealed.length));
    PaddedBufferedBlockCipher cipher =
        new PaddedBufferedBlockCipher(
            CBCBlockCipher.newInstance(AESEngine.newInstance()), new PKCS7Padding());
    cipher.init(
        false,
        new ParametersWithIV(new KeyParameter(BYTES, 0, 32), Arrays.copyOfRange(sealed, 1, 17)));
    int length = sealed.length - 27;
    byte[] plain = new byte[cipher.getOutputSize(length)];
    int end = cipher.processBytes(sealed, 17, length, plain, 0);
    end += cipher.doFinal(plain, end);
    return Arrays.copyOf(plain, end);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 15, 16, 17, 300_000})
  void whatIsSealedIsOpenedByAnother(int length) throws InvalidCipherTextException {
    byte[] envelope = bytes(length);
    byte[] sealed = KEY.seal(Buffer.buffer(envelope)).getBytes();
    assertEquals(1 + 16 + (length / 16 + 1) * 16 + 10, sealed.length);
    assertArrayEquals(envelope, open(sealed));
  }

  @Test
  void eachSealingHasAnInitializationVectorOfItsOwn() {
    Buffer envelope = Buffer.buffer(bytes(40));
    byte[] one = KEY.seal(envelope).getBytes();
    byte[] other = KEY.seal(envelope).getBytes();
    assertFalse(Arrays.equals(one, 1, 17, other, 1, 17));
    assertFalse(Arrays.equals(one, 17, 33, other, 17, 33));
  }

  @Test
  void aSliceOfABufferIsSealedAsItIs() throws InvalidCipherTextException {
    Buffer slice = Buffer.buffer(bytes(100)).slice(10, 40);
    assertArrayEquals(slice.getBytes(), open(KEY.seal(slice).getBytes()));
  }

  @Test
  void aKeyOfAnotherLengthIsRefused() {
    for (int length : new int[] {0, 51, 53}) {
      assertThrows(IllegalArgumentException.class, () -> new SignalingKey(bytes(length)));
    }
  }

  @Test
  void keysAreEqualByTheirBytesAndShowNone() {
    assertEquals(KEY, new SignalingKey(BYTES));
    assertEquals(KEY.hashCode(), new SignalingKey(BYTES).hashCode());
    byte[] different = BYTES.clone();
    different[51]++;
    assertNotEquals(KEY, new SignalingKey(different));
    assertEquals("SignalingKey", KEY.toString());
    assertTrue(HexFormat.of().formatHex(KEY.bytes()).startsWith("01020304"));
    // Nobody changes a key from outside.
    KEY.bytes()[0]++;
    assertEquals(KEY, new SignalingKey(BYTES));
  }
}
