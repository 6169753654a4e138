package io.restante.prekey;

import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes the answer to a claim: {@code {"identityKey", "devices":[{"deviceId", "registrationId",
 * "signedPreKey", "preKey"?, "pqPreKey"?}]}}, keys and signatures in unpadded base64 (RFC 4648
 * section 4), from the bytes in which they came from Redis. Pure; the same input gives the same
 * bytes.
 */
final class BundleEncoding {
  private static final Base64.Encoder ENCODER = Base64.getEncoder().withoutPadding();
  private static final byte[] BASE64 =
      ascii("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
  private static final byte[] IDENTITY = ascii("{\"identityKey\":\"");
  private static final byte[] DEVICES = ascii("\",\"devices\":[");
  private static final byte[] DEVICE_ID = ascii("{\"deviceId\":");
  private static final byte[] REGISTRATION_ID = ascii(",\"registrationId\":");
  private static final byte[] SIGNED_PREKEY = ascii(",\"signedPreKey\":");
  private static final byte[] PREKEY = ascii(",\"preKey\":");
  private static final byte[] PQ_PREKEY = ascii(",\"pqPreKey\":");
  private static final byte[] KEY_ID = ascii("{\"keyId\":");
  private static final byte[] PUBLIC_KEY = ascii(",\"publicKey\":\"");
  private static final byte[] SIGNATURE = ascii("\",\"signature\":\"");
  private static final byte[] STRING_AND_OBJECT_END = ascii("\"}");
  private static final byte[] END = ascii("]}");

  /** An upper bound of all that is not base64, for a device. */
  private static final int DEVICE_FRAME_BYTES = 320;

  private byte[] out;
  private int at;

  private BundleEncoding(int bytes) {
    out = new byte[bytes];
  }

  /** Encodes the bundles of one account, at least one; all have the same identity key. */
  static Buffer encode(List<DeviceBundle> bundles) {
    int bytes = 128;
    for (DeviceBundle bundle : bundles) {
      bytes +=
          DEVICE_FRAME_BYTES
              + base64Chars(bundle.signedPrekey())
              + base64Chars(bundle.prekey())
              + base64Chars(bundle.pqPrekey());
    }
    BundleEncoding encoding = new BundleEncoding(bytes);
    encoding.bundles(bundles);
    return BufferInternal.buffer(Unpooled.wrappedBuffer(encoding.out, 0, encoding.at));
  }

  private static int base64Chars(@Nullable PackedKey key) {
    return key == null ? 0 : (key.publicKeyBytes() + key.signatureBytes()) * 4 / 3 + 8;
  }

  private void bundles(List<DeviceBundle> bundles) {
    put(IDENTITY);
    byte[] identityKey = bundles.get(0).identityKey();
    base64(identityKey, 0, identityKey.length);
    put(DEVICES);
    for (int i = 0; i < bundles.size(); i++) {
      if (i > 0) {
        out[at++] = ',';
      }
      device(bundles.get(i));
    }
    put(END);
  }

  private void device(DeviceBundle bundle) {
    put(DEVICE_ID);
    number(bundle.device());
    put(REGISTRATION_ID);
    number(bundle.registrationId());
    key(SIGNED_PREKEY, bundle.signedPrekey());
    if (bundle.prekey() != null) {
      key(PREKEY, bundle.prekey());
    }
    if (bundle.pqPrekey() != null) {
      key(PQ_PREKEY, bundle.pqPrekey());
    }
    out[at++] = '}';
  }

  private void key(byte[] field, PackedKey key) {
    put(field);
    put(KEY_ID);
    number(key.keyId());
    put(PUBLIC_KEY);
    // The type byte is not in an entry: it makes the first group with the two bytes after it.
    byte[] bytes = key.bytes();
    int from = key.publicKeyAt();
    group(key.type(), bytes[from], bytes[from + 1]);
    base64(bytes, from + 2, key.publicKeyBytes() - 2);
    if (key.signatureBytes() > 0) {
      put(SIGNATURE);
      base64(bytes, from + key.publicKeyBytes(), key.signatureBytes());
    }
    put(STRING_AND_OBJECT_END);
  }

  private void base64(byte[] bytes, int from, int length) {
    // The JDK's own: it runs on vector instructions.
    ByteBuffer text = ENCODER.encode(ByteBuffer.wrap(bytes, from, length));
    int chars = text.remaining();
    text.get(out, at, chars);
    at += chars;
  }

  private void group(byte first, byte second, byte third) {
    int bits = ((first & 0xFF) << 16) | ((second & 0xFF) << 8) | (third & 0xFF);
    out[at++] = BASE64[bits >>> 18];
    out[at++] = BASE64[(bits >>> 12) & 0x3F];
    out[at++] = BASE64[(bits >>> 6) & 0x3F];
    out[at++] = BASE64[bits & 0x3F];
  }

  private void number(int value) {
    put(ascii(Integer.toString(value)));
  }

  private void put(byte[] bytes) {
    System.arraycopy(bytes, 0, out, at, bytes.length);
    at += bytes.length;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
