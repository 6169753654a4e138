package io.restante.prekey;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An entry of a named pool, opaque to the gateway. In Redis: a byte with the length of the id, the
 * id in ASCII, the data.
 *
 * @param id the owner's name for it, at most 64 printable ASCII characters; null where it has none
 */
public record NamedEntry(@Nullable String id, byte[] data) {
  /** Characters of an id. */
  public static final int ID_CHARS_MAX = 64;

  /** As it goes to Redis, without epoch. */
  byte[] pack() {
    byte[] name = id == null ? new byte[0] : id.getBytes(StandardCharsets.US_ASCII);
    byte[] packed = new byte[1 + name.length + data.length];
    packed[0] = (byte) name.length;
    System.arraycopy(name, 0, packed, 1, name.length);
    System.arraycopy(data, 0, packed, 1 + name.length, data.length);
    return packed;
  }

  /** Reads what {@link #pack} made, from this place on. */
  static NamedEntry unpack(byte[] bytes, int at) {
    int idBytes = bytes[at];
    String id = idBytes == 0 ? null : new String(bytes, at + 1, idBytes, StandardCharsets.US_ASCII);
    return new NamedEntry(id, Arrays.copyOfRange(bytes, at + 1 + idBytes, bytes.length));
  }
}
