package io.restante.push;

import io.restante.mailbox.EnvelopeId;
import io.restante.mailbox.StreamId;
import io.restante.protocol.DeviceAddress;
import java.util.HexFormat;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A push that a device is owed. Two with the same text are the same push.
 *
 * @param envelope of {@link Kind#ENVELOPE}, null of all others
 */
public record OwedPush(DeviceAddress device, Kind kind, @Nullable EnvelopeId envelope) {
  /** What is owed. */
  public enum Kind {
    /** An urgent envelope, whole where it fits. */
    ENVELOPE('e'),
    /** Word that mail waits which is not urgent. */
    QUIET('q'),
    /** Word that mail waits which a lost connection left. */
    LEFT('l'),
    /** Word that prekeys run low. */
    STOCK('s'),
    /** Word that mail waits, in place of all the pushes that were over the budget. */
    EXCESS('x');

    private final char letter;

    Kind(char letter) {
      this.letter = letter;
    }

    /** As it stands in Redis. */
    String letter() {
      return String.valueOf(letter);
    }

    /** Whether the device is to be woken at once. */
    boolean isUrgent() {
      return this == ENVELOPE || this == EXCESS;
    }

    private static Kind of(String letter) {
      for (Kind kind : values()) {
        if (kind.letter().equals(letter)) {
          return kind;
        }
      }
      throw new IllegalArgumentException("kind: " + letter + " (expected: one of e, q, l, s, x)");
    }
  }

  /** Checks that an envelope is named where one is owed. */
  public OwedPush {
    if ((envelope != null) != (kind == Kind.ENVELOPE)) {
      throw new IllegalArgumentException(
          "envelope of " + kind + " (expected: of " + Kind.ENVELOPE + " and of no other)");
    }
  }

  /** An envelope that is owed to a device. */
  public static OwedPush of(DeviceAddress device, EnvelopeId envelope) {
    return new OwedPush(device, Kind.ENVELOPE, envelope);
  }

  /** A word that is owed to a device. */
  public static OwedPush word(DeviceAddress device, Kind kind) {
    return new OwedPush(device, kind, null);
  }

  /** As it stands in Redis: ACI, device and kind, then stream id and nonce, with dots between. */
  String text() {
    String text = device.aci().toString() + '.' + device.device() + '.' + kind.letter();
    return envelope == null
        ? text
        : text
            + '.'
            + envelope.streamId().text()
            + '.'
            + HexFormat.of().toHexDigits(envelope.nonce());
  }

  /** Of {@link #text}. */
  static OwedPush parse(String text) {
    String[] parts = text.split("\\.", -1);
    DeviceAddress device = new DeviceAddress(UUID.fromString(parts[0]), Integer.parseInt(parts[1]));
    EnvelopeId envelope =
        parts.length == 3
            ? null
            : new EnvelopeId(StreamId.parse(parts[3]), HexFormat.fromHexDigitsToLong(parts[4]));
    return new OwedPush(device, Kind.of(parts[2]), envelope);
  }

  /** Hides whose it is. */
  @Override
  public String toString() {
    return "OwedPush[" + kind + "]";
  }
}
