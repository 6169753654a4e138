package io.restante.protocol;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import io.restante.protocol.Envelope.Source;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Envelopes to bytes and back, in protobuf's wire format: {@code Envelope{type=1, source_e164=2,
 * timestamp=5, legacy_message=6, source_device=7, content=8, server_guid=9, server_timestamp=10,
 * source_service_id=11, ephemeral=12, destination_service_id=13, urgent=14, story=16}}.
 *
 * <p>The stored form has no guid and server timestamp; the wire form is the stored form with these
 * two behind it, so that a delivery copies bytes and parses none.
 */
public final class EnvelopeCodec {
  private static final int TYPE = 1;
  private static final int SOURCE_E164 = 2;
  private static final int TIMESTAMP = 5;
  private static final int LEGACY_MESSAGE = 6;
  private static final int SOURCE_DEVICE = 7;
  private static final int CONTENT = 8;
  private static final int SERVER_GUID = 9;
  private static final int SERVER_TIMESTAMP = 10;
  private static final int SOURCE_SERVICE_ID = 11;
  private static final int EPHEMERAL = 12;
  private static final int DESTINATION_SERVICE_ID = 13;
  private static final int URGENT = 14;
  private static final int STORY = 16;

  private static final int UUID_CHARS = 36;

  /** Guid with tag and length, server timestamp with tag: both fields have one-byte tags. */
  private static final int APPENDED_BYTES_MAX = 2 + UUID_CHARS + 1 + 10;

  private EnvelopeCodec() {}

  /** Bytes that the wire form of an envelope can have more than its stored form. */
  public static int appendedBytesMax() {
    return APPENDED_BYTES_MAX;
  }

  /** The bytes of {@link #encodeStored}. */
  public static int storedBytes(Envelope envelope) {
    Source source = envelope.source();
    String sourceId = source == null ? null : source.id().text();
    return sizeOf(envelope, source, sourceId, envelope.destination().text());
  }

  /** The stored form. */
  public static Buffer encodeStored(Envelope envelope) {
    Source source = envelope.source();
    String sourceId = source == null ? null : source.id().text();
    String destinationId = envelope.destination().text();
    int size = sizeOf(envelope, source, sourceId, destinationId);
    return Wire.write(size, out -> write(out, envelope, source, sourceId, destinationId));
  }

  private static int sizeOf(
      Envelope envelope, @Nullable Source source, @Nullable String sourceId, String destinationId) {
    int size = CodedOutputStream.computeUInt32Size(TYPE, envelope.type());
    size += CodedOutputStream.computeUInt64Size(TIMESTAMP, envelope.timestampMs());
    size += sizeOfBytes(LEGACY_MESSAGE, envelope.legacyMessage());
    size += sizeOfBytes(CONTENT, envelope.content());
    size += CodedOutputStream.computeStringSize(DESTINATION_SERVICE_ID, destinationId);
    size += CodedOutputStream.computeBoolSize(URGENT, envelope.urgent());
    if (source != null && sourceId != null) {
      Handle handle = source.handle();
      size += handle == null ? 0 : CodedOutputStream.computeStringSize(SOURCE_E164, handle.text());
      size += CodedOutputStream.computeUInt32Size(SOURCE_DEVICE, source.device());
      size += CodedOutputStream.computeStringSize(SOURCE_SERVICE_ID, sourceId);
    }
    size += envelope.ephemeral() ? CodedOutputStream.computeBoolSize(EPHEMERAL, true) : 0;
    size += envelope.story() ? CodedOutputStream.computeBoolSize(STORY, true) : 0;
    return size;
  }

  private static void write(
      CodedOutputStream out,
      Envelope envelope,
      @Nullable Source source,
      @Nullable String sourceId,
      String destinationId)
      throws IOException {
    out.writeUInt32(TYPE, envelope.type());
    Handle handle = source == null ? null : source.handle();
    if (handle != null) {
      out.writeString(SOURCE_E164, handle.text());
    }
    out.writeUInt64(TIMESTAMP, envelope.timestampMs());
    writeBytes(out, LEGACY_MESSAGE, envelope.legacyMessage());
    if (source != null) {
      out.writeUInt32(SOURCE_DEVICE, source.device());
    }
    writeBytes(out, CONTENT, envelope.content());
    if (sourceId != null) {
      out.writeString(SOURCE_SERVICE_ID, sourceId);
    }
    if (envelope.ephemeral()) {
      out.writeBool(EPHEMERAL, true);
    }
    out.writeString(DESTINATION_SERVICE_ID, destinationId);
    // Clients read an absent field as true.
    out.writeBool(URGENT, envelope.urgent());
    if (envelope.story()) {
      out.writeBool(STORY, true);
    }
  }

  /**
   * The wire form: the stored bytes, then guid and server timestamp.
   *
   * @param serverTimestampMs when the mailbox took it, 0 or more
   */
  public static Buffer wire(Buffer stored, UUID guid, long serverTimestampMs) {
    String guidText = guid.toString();
    int size =
        stored.length()
            + CodedOutputStream.computeStringSize(SERVER_GUID, guidText)
            + CodedOutputStream.computeUInt64Size(SERVER_TIMESTAMP, serverTimestampMs);
    return Wire.write(
        size,
        out -> {
          Wire.writeRaw(out, stored);
          out.writeString(SERVER_GUID, guidText);
          out.writeUInt64(SERVER_TIMESTAMP, serverTimestampMs);
        });
  }

  /**
   * The wire form for a client of generation A, which knows a sender by {@code source_e164} alone:
   * one that told no handle is named there by its id, under which it can be written to as well.
   */
  public static Buffer namingSource(Buffer wire) {
    Source source = decode(wire).map(Envelope::source).orElse(null);
    if (source == null || source.handle() != null) {
      return wire;
    }
    String id = source.id().text();
    int size = wire.length() + CodedOutputStream.computeStringSize(SOURCE_E164, id);
    return Wire.write(
        size,
        out -> {
          Wire.writeRaw(out, wire);
          out.writeString(SOURCE_E164, id);
        });
  }

  /**
   * Reads a stored form, or a wire form without its guid and server timestamp. Empty where the
   * bytes are none, which our own mailbox never holds: the caller counts it and goes on.
   */
  public static Optional<Envelope> decode(Buffer stored) {
    try {
      return Optional.of(new Decoding(stored).envelope());
    } catch (IOException | GatewayException e) {
      return Optional.empty();
    }
  }

  private static int sizeOfBytes(int field, @Nullable Buffer value) {
    return value == null ? 0 : Wire.sizeOfBytes(field, value);
  }

  private static void writeBytes(CodedOutputStream out, int field, @Nullable Buffer value)
      throws IOException {
    if (value != null) {
      Wire.writeBytes(out, field, value);
    }
  }

  private static final class Decoding {
    private final Buffer bytes;
    private final CodedInputStream in;

    private int type;
    private @Nullable String sourceE164;
    private @Nullable String sourceId;
    private int sourceDevice;
    private long timestampMs;
    private @Nullable Buffer legacyMessage;
    private @Nullable Buffer content;
    private @Nullable String destinationId;
    private boolean ephemeral;
    private boolean urgent = true;
    private boolean story;

    Decoding(Buffer bytes) {
      this.bytes = bytes;
      this.in = Wire.reader(bytes);
    }

    Envelope envelope() throws IOException {
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        boolean known =
            switch (tag & 7) {
              case Wire.VARINT -> readNumber(tag >>> 3);
              case Wire.DELIMITED -> readBytes(tag >>> 3);
              default -> false;
            };
        if (!known && !in.skipField(tag)) {
          throw new IOException("end of a group that never began");
        }
      }
      if (destinationId == null) {
        throw new IOException("no destination");
      }
      return new Envelope(
          type,
          source(),
          timestampMs,
          content,
          legacyMessage,
          ServiceId.parse(destinationId),
          ephemeral,
          urgent,
          story);
    }

    private @Nullable Source source() {
      if (sourceId == null) {
        return null;
      }
      Handle handle = sourceE164 == null ? null : new Handle(sourceE164);
      return new Source(ServiceId.parse(sourceId), handle, sourceDevice);
    }

    private boolean readNumber(int field) throws IOException {
      switch (field) {
        case TYPE -> type = in.readUInt32();
        case TIMESTAMP -> timestampMs = in.readUInt64();
        case SOURCE_DEVICE -> sourceDevice = in.readUInt32();
        case EPHEMERAL -> ephemeral = in.readBool();
        case URGENT -> urgent = in.readBool();
        case STORY -> story = in.readBool();
        default -> {
          return false;
        }
      }
      return true;
    }

    private boolean readBytes(int field) throws IOException {
      switch (field) {
        case SOURCE_E164 -> sourceE164 = readText();
        case SOURCE_SERVICE_ID -> sourceId = readText();
        case DESTINATION_SERVICE_ID -> destinationId = readText();
        case LEGACY_MESSAGE -> legacyMessage = Wire.readSlice(in, bytes);
        case CONTENT -> content = Wire.readSlice(in, bytes);
        default -> {
          return false;
        }
      }
      return true;
    }

    private String readText() throws IOException {
      // Nothing is lost where it is no UTF-8: the ids that the text must be are ASCII.
      return new String(in.readRawBytes(Wire.readLength(in, bytes)), StandardCharsets.UTF_8);
    }
  }
}
