package io.restante.protocol;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * Makes the certificates of sealed sender, as libsignal reads them: a trust root signs the server's
 * key, and the server's key signs who a sender is. Each is a pair of a message and the signature
 * over its bytes.
 */
public final class SenderCertificateCodec {
  private static final int CERTIFICATE = 1;
  private static final int SIGNATURE = 2;

  private static final int SERVER_ID = 1;
  private static final int SERVER_KEY = 2;

  private static final int SENDER_HANDLE = 1;
  private static final int SENDER_DEVICE = 2;
  private static final int EXPIRES = 3;
  private static final int IDENTITY_KEY = 4;
  private static final int SIGNER = 5;
  private static final int SENDER_ACI = 6;

  private SenderCertificateCodec() {}

  /** What a sender certificate says of its sender; the handle only where it is asked for. */
  public record Sender(DeviceAddress address, byte[] identityKey, Optional<Handle> handle) {}

  /** Writes fields. */
  @FunctionalInterface
  private interface Fields {
    void to(CodedOutputStream out) throws IOException;
  }

  /** The certificate of a server's key under the trust root. */
  public static byte[] serverCertificate(int id, byte[] serverKey, SigningKey trustRoot) {
    byte[] message =
        encode(
            out -> {
              out.writeUInt32(SERVER_ID, id);
              out.writeByteArray(SERVER_KEY, serverKey);
            });
    return signed(message, trustRoot);
  }

  /** The certificate of a sender under a server's key. */
  public static byte[] senderCertificate(
      Sender sender, long expiresMs, byte[] serverCertificate, SigningKey serverKey) {
    byte[] message =
        encode(
            out -> {
              if (sender.handle().isPresent()) {
                out.writeString(SENDER_HANDLE, sender.handle().get().text());
              }
              out.writeUInt32(SENDER_DEVICE, sender.address().device());
              out.writeFixed64(EXPIRES, expiresMs);
              out.writeByteArray(IDENTITY_KEY, sender.identityKey());
              out.writeByteArray(SIGNER, serverCertificate);
              out.writeString(SENDER_ACI, ServiceId.aci(sender.address().aci()).text());
            });
    return signed(message, serverKey);
  }

  private static byte[] signed(byte[] message, SigningKey key) {
    byte[] signature = key.sign(message);
    return encode(
        out -> {
          out.writeByteArray(CERTIFICATE, message);
          out.writeByteArray(SIGNATURE, signature);
        });
  }

  private static byte[] encode(Fields fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      fields.to(out);
      out.flush();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }
}
