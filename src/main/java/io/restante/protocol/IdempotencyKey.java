package io.restante.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A caller's name for one claim or send: 8 to 128 printable ASCII characters. */
public record IdempotencyKey(String text) {
  /** What a key is for; the same text names different records for different purposes. */
  public enum Purpose {
    /** The answer to a fetch of prekeys. */
    CLAIM("claim\0"),
    /** The answer to a send. */
    SEND("send\0");

    private final String domain;

    Purpose(String domain) {
      this.domain = domain;
    }
  }

  private static final int CHARS_MIN = 8;
  private static final int CHARS_MAX = 128;

  /** Checks the shape. */
  public IdempotencyKey {
    boolean printable = text.chars().allMatch(c -> c >= ' ' && c <= '~');
    if (text.length() < CHARS_MIN || text.length() > CHARS_MAX || !printable) {
      throw GatewayException.invalidField(
          "Idempotency-Key", text.length() + " characters", "8 to 128, printable ASCII");
    }
  }

  /** The name of this caller's record under this key: lower-case hex of SHA-256. */
  public String record(Purpose purpose, DeviceAddress caller) {
    byte[] device =
        ByteBuffer.allocate(2 * Long.BYTES + 1)
            .putLong(caller.aci().getMostSignificantBits())
            .putLong(caller.aci().getLeastSignificantBits())
            .put((byte) caller.device())
            .array();
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(purpose.domain.getBytes(StandardCharsets.US_ASCII));
      sha256.update(device);
      return HexFormat.of().formatHex(sha256.digest(text.getBytes(StandardCharsets.US_ASCII)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("a JDK without SHA-256", e);
    }
  }

  /** Hides the text: it must not reach a log. */
  @Override
  public String toString() {
    return "IdempotencyKey";
  }
}
