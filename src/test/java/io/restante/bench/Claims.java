package io.restante.bench;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/**
 * The requests of a load: one claim after another, from all targets in turn, scattered over memory
 * as those of real callers are, and by all callers in turn.
 */
final class Claims {
  private static final byte[] BEGIN = ascii("GET /v2/keys/");

  /** A prime, so that all targets come before any comes again, and neighbours do not follow. */
  private static final int STRIDE = 7_368_787;

  private final byte[][] targets;
  private final byte[][] callers;
  private int next;

  /**
   * Claims from these accounts' primary devices.
   *
   * @param callers Basic credentials, encoded
   * @param first with which target and caller to begin
   */
  Claims(List<UUID> targets, List<String> callers, int first) {
    this.next = first;
    this.targets = targets.stream().map(aci -> ascii(aci.toString())).toArray(byte[][]::new);
    this.callers =
        callers.stream()
            .map(
                basic -> "/1 HTTP/1.1\r\nhost: bench\r\nauthorization: Basic " + basic + "\r\n\r\n")
            .map(Claims::ascii)
            .toArray(byte[][]::new);
  }

  /** The next request, whole. */
  Buffer next() {
    byte[] target = targets[(int) ((long) next * STRIDE % targets.length)];
    byte[] caller = callers[next % callers.length];
    next = next == Integer.MAX_VALUE ? 0 : next + 1;
    return Buffer.buffer(BEGIN.length + target.length + caller.length)
        .appendBytes(BEGIN)
        .appendBytes(target)
        .appendBytes(caller);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
