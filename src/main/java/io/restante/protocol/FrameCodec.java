package io.restante.protocol;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Frames to bytes and back: {@code WebSocketMessage{type=1: 1 REQUEST, 2 RESPONSE; request=2;
 * response=3}}, {@code Request{verb=1, path=2, body=3, id=4, headers=5}}, {@code Response{id=1,
 * status=2, message=3, body=4, headers=5}} in protobuf's wire format.
 *
 * <p>Read as protobuf reads: unknown fields and known ones of another wire type are skipped, a
 * repeated scalar counts by its last value, a repeated sub-message is merged, an unknown type value
 * is no value, an absent field is 0 or empty. The type decides: a frame whose type is absent or
 * unknown, or whose message for its type is absent, is malformed; the other message, if it is there
 * as well, must be readable and is ignored. Stricter than protobuf: every text must be UTF-8 and
 * within the limits below, even one that a later one overwrites.
 *
 * <p>A decoded body is a view of the buffer that was decoded, not a copy.
 */
public final class FrameCodec {
  /** Headers of one frame. */
  public static final int HEADERS_MAX = 64;

  /** Length of one header line. */
  public static final int HEADER_BYTES_MAX = 8192;

  /** Length of a path with its query. */
  public static final int PATH_BYTES_MAX = 8192;

  /** Length of a verb. */
  public static final int VERB_BYTES_MAX = 16;

  /** Length of a response's message. */
  public static final int MESSAGE_BYTES_MAX = 1024;

  private static final int TYPE = 1;
  private static final int REQUEST = 2;
  private static final int RESPONSE = 3;

  private static final int TYPE_UNKNOWN = 0;
  private static final int TYPE_REQUEST = 1;
  private static final int TYPE_RESPONSE = 2;

  private static final int REQUEST_VERB = 1;
  private static final int REQUEST_PATH = 2;
  private static final int REQUEST_BODY = 3;
  private static final int REQUEST_ID = 4;

  private static final int RESPONSE_ID = 1;
  private static final int RESPONSE_STATUS = 2;
  private static final int RESPONSE_MESSAGE = 3;
  private static final int RESPONSE_BODY = 4;

  private static final int HEADERS = 5;

  private FrameCodec() {}

  /**
   * Reads a frame.
   *
   * @throws MalformedFrameException where the bytes are no frame or exceed a limit; nothing else
   */
  public static Frame decode(Buffer bytes) throws MalformedFrameException {
    try {
      return new Decoding(bytes).frame();
    } catch (IOException e) {
      // Protobuf's own message says nothing of use to a client.
      throw new MalformedFrameException("frame: not a protobuf message of the contract");
    }
  }

  /** Writes a frame. */
  public static Buffer encode(Frame frame) {
    if (frame instanceof Frame.Request request) {
      int size = sizeOf(request);
      return encode(TYPE_REQUEST, REQUEST, size, out -> write(out, request));
    }
    Frame.Response response = (Frame.Response) frame;
    int size = sizeOf(response);
    return encode(TYPE_RESPONSE, RESPONSE, size, out -> write(out, response));
  }

  private static Buffer encode(int type, int field, int size, Wire.Fields fields) {
    int whole =
        CodedOutputStream.computeEnumSize(TYPE, type)
            + CodedOutputStream.computeTagSize(field)
            + CodedOutputStream.computeUInt32SizeNoTag(size)
            + size;
    return Wire.write(
        whole,
        out -> {
          out.writeEnum(TYPE, type);
          out.writeTag(field, Wire.DELIMITED);
          out.writeUInt32NoTag(size);
          fields.writeTo(out);
        });
  }

  private static int sizeOf(Frame.Request request) {
    return CodedOutputStream.computeStringSize(REQUEST_VERB, request.verb())
        + CodedOutputStream.computeStringSize(REQUEST_PATH, request.path())
        + sizeOfBody(REQUEST_BODY, request.body())
        + CodedOutputStream.computeUInt64Size(REQUEST_ID, request.id())
        + sizeOfHeaders(request.headers());
  }

  private static void write(CodedOutputStream out, Frame.Request request) throws IOException {
    out.writeString(REQUEST_VERB, request.verb());
    out.writeString(REQUEST_PATH, request.path());
    writeBody(out, REQUEST_BODY, request.body());
    out.writeUInt64(REQUEST_ID, request.id());
    writeHeaders(out, request.headers());
  }

  private static int sizeOf(Frame.Response response) {
    return CodedOutputStream.computeUInt64Size(RESPONSE_ID, response.id())
        + CodedOutputStream.computeUInt32Size(RESPONSE_STATUS, response.status())
        + CodedOutputStream.computeStringSize(RESPONSE_MESSAGE, response.message())
        + sizeOfBody(RESPONSE_BODY, response.body())
        + sizeOfHeaders(response.headers());
  }

  private static void write(CodedOutputStream out, Frame.Response response) throws IOException {
    out.writeUInt64(RESPONSE_ID, response.id());
    out.writeUInt32(RESPONSE_STATUS, response.status());
    out.writeString(RESPONSE_MESSAGE, response.message());
    writeBody(out, RESPONSE_BODY, response.body());
    writeHeaders(out, response.headers());
  }

  private static int sizeOfBody(int field, @Nullable Buffer body) {
    return body == null ? 0 : Wire.sizeOfBytes(field, body);
  }

  private static void writeBody(CodedOutputStream out, int field, @Nullable Buffer body)
      throws IOException {
    if (body != null) {
      Wire.writeBytes(out, field, body);
    }
  }

  private static int sizeOfHeaders(List<String> headers) {
    int size = 0;
    for (String header : headers) {
      size += CodedOutputStream.computeStringSize(HEADERS, header);
    }
    return size;
  }

  private static void writeHeaders(CodedOutputStream out, List<String> headers) throws IOException {
    for (String header : headers) {
      out.writeString(HEADERS, header);
    }
  }

  /** One frame on its way in; fields are overwritten as they come again. */
  private static final class Decoding {
    private final Buffer bytes;
    private final CodedInputStream in;

    private int type = TYPE_UNKNOWN;
    private @Nullable Parts request;
    private @Nullable Parts response;

    Decoding(Buffer bytes) {
      this.bytes = bytes;
      this.in = Wire.reader(bytes);
    }

    Frame frame() throws IOException, MalformedFrameException {
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        if (tag == Wire.tag(TYPE, Wire.VARINT)) {
          int value = in.readEnum();
          type = value >= TYPE_UNKNOWN && value <= TYPE_RESPONSE ? value : type;
        } else if (tag == Wire.tag(REQUEST, Wire.DELIMITED)) {
          request = request == null ? new Parts() : request;
          readMessage(request, this::readRequestField);
        } else if (tag == Wire.tag(RESPONSE, Wire.DELIMITED)) {
          response = response == null ? new Parts() : response;
          readMessage(response, this::readResponseField);
        } else {
          skip(tag);
        }
      }
      return chosen();
    }

    private Frame chosen() throws MalformedFrameException {
      Parts parts = type == TYPE_REQUEST ? request : type == TYPE_RESPONSE ? response : null;
      if (parts == null) {
        throw new MalformedFrameException(
            type == TYPE_UNKNOWN
                ? "type: absent or unknown (expected: 1 request or 2 response)"
                : "frame of type " + type + " without its message");
      }
      List<String> headers = List.copyOf(parts.headers);
      return type == TYPE_REQUEST
          ? new Frame.Request(parts.id, parts.verb, parts.path, headers, parts.body)
          : new Frame.Response(parts.id, parts.status, parts.message, headers, parts.body);
    }

    private void readMessage(Parts parts, FieldReader fields)
        throws IOException, MalformedFrameException {
      int outer = in.pushLimit(Wire.readLength(in, bytes));
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        fields.read(tag, parts);
      }
      in.popLimit(outer);
    }

    private void readRequestField(int tag, Parts parts)
        throws IOException, MalformedFrameException {
      if (tag == Wire.tag(REQUEST_VERB, Wire.DELIMITED)) {
        parts.verb = readText("verb", VERB_BYTES_MAX);
      } else if (tag == Wire.tag(REQUEST_PATH, Wire.DELIMITED)) {
        parts.path = readText("path", PATH_BYTES_MAX);
      } else if (tag == Wire.tag(REQUEST_BODY, Wire.DELIMITED)) {
        parts.body = Wire.readSlice(in, bytes);
      } else if (tag == Wire.tag(REQUEST_ID, Wire.VARINT)) {
        parts.id = in.readUInt64();
      } else if (tag == Wire.tag(HEADERS, Wire.DELIMITED)) {
        readHeader(parts);
      } else {
        skip(tag);
      }
    }

    private void readResponseField(int tag, Parts parts)
        throws IOException, MalformedFrameException {
      if (tag == Wire.tag(RESPONSE_ID, Wire.VARINT)) {
        parts.id = in.readUInt64();
      } else if (tag == Wire.tag(RESPONSE_STATUS, Wire.VARINT)) {
        parts.status = in.readUInt32();
      } else if (tag == Wire.tag(RESPONSE_MESSAGE, Wire.DELIMITED)) {
        parts.message = readText("message", MESSAGE_BYTES_MAX);
      } else if (tag == Wire.tag(RESPONSE_BODY, Wire.DELIMITED)) {
        parts.body = Wire.readSlice(in, bytes);
      } else if (tag == Wire.tag(HEADERS, Wire.DELIMITED)) {
        readHeader(parts);
      } else {
        skip(tag);
      }
    }

    private void readHeader(Parts parts) throws IOException, MalformedFrameException {
      if (parts.headers.size() == HEADERS_MAX) {
        throw MalformedFrameException.overLimit("headers", HEADERS_MAX + 1L, HEADERS_MAX);
      }
      parts.headers.add(readText("header", HEADER_BYTES_MAX));
    }

    private String readText(String field, int bytesMax)
        throws IOException, MalformedFrameException {
      int length = Wire.readLength(in, bytes);
      if (length > bytesMax) {
        throw MalformedFrameException.overLimit(field, length, bytesMax);
      }
      byte[] text = in.readRawBytes(length);
      if (!Wire.isUtf8(text)) {
        throw new MalformedFrameException(field + ": not UTF-8");
      }
      return new String(text, StandardCharsets.UTF_8);
    }

    private void skip(int tag) throws IOException {
      if (!in.skipField(tag)) {
        throw new IOException("end of a group that never began");
      }
    }
  }

  private interface FieldReader {
    void read(int tag, Parts parts) throws IOException, MalformedFrameException;
  }

  /** The fields of a request or response as far as they have come. */
  private static final class Parts {
    private long id;
    private int status;
    private String verb = "";
    private String path = "";
    private String message = "";
    private @Nullable Buffer body;
    private final List<String> headers = new ArrayList<>();
  }
}
