package io.restante.prekey;

import io.restante.protocol.DeviceAddress;
import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;

/** A caller's name for one claim: 8 to 128 printable ASCII characters, scoped to its device. */
public record IdempotencyKey(String text) {
  private static final int CHARS_MIN = 8;
  private static final int CHARS_MAX = 128;
  // The records of sends lie beside those of claims.
  private static final byte[] DOMAIN = "claim\0".getBytes(StandardCharsets.US_ASCII);

  /** Checks the shape. */
  public IdempotencyKey {
    boolean printable = text.chars().allMatch(c -> c >= ' ' && c <= '~');
    if (text.length() < CHARS_MIN || text.length() > CHARS_MAX || !printable) {
      throw new GatewayException(
          ErrorCode.MALFORMED_HEADER,
          "Idempotency-Key: "
              + text.length()
              + " characters (expected: 8 to 128, printable ASCII)");
    }
  }

  /** The name of this caller's record under this key: lower-case hex of SHA-256. */
  String record(DeviceAddress caller) {
    MessageDigest sha256 = PoolBatch.sha256();
    sha256.update(DOMAIN);
    sha256.update(
        ByteBuffer.allocate(2 * Long.BYTES + 1)
            .putLong(caller.aci().getMostSignificantBits())
            .putLong(caller.aci().getLeastSignificantBits())
            .put((byte) caller.device())
            .array());
    sha256.update(text.getBytes(StandardCharsets.US_ASCII));
    return HexFormat.of().formatHex(sha256.digest());
  }

  /** Hides the text: it must not reach a log. */
  @Override
  public String toString() {
    return "IdempotencyKey";
  }
}
