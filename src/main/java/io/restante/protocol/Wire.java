package io.restante.protocol;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnsafeByteOperations;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/** Protobuf's primitives on Vert.x buffers, without copies. */
final class Wire {
  /** Wire type of varint fields. */
  static final int VARINT = 0;

  /** Wire type of strings, bytes and messages. */
  static final int DELIMITED = 2;

  private Wire() {}

  /** What writes fields. */
  interface Fields {
    void writeTo(CodedOutputStream out) throws IOException;
  }

  static int tag(int field, int wireType) {
    return field << 3 | wireType;
  }

  /** Reads the buffer's own bytes. Positions of the stream are offsets in the buffer. */
  static CodedInputStream reader(Buffer buffer) {
    return CodedInputStream.newInstance(bytesOf(buffer));
  }

  private static ByteBuffer bytesOf(Buffer buffer) {
    // Every buffer of Vert.x 5 is a BufferInternal; its public face has no view as a ByteBuffer.
    return ((BufferInternal) buffer).getByteBuf().nioBuffer();
  }

  /** Writes fields into a buffer of exactly this many bytes. */
  static Buffer write(int size, Fields fields) {
    return BufferInternal.buffer(Unpooled.wrappedBuffer(writeBytes(size, fields)));
  }

  private static byte[] writeBytes(int size, Fields fields) {
    byte[] bytes = new byte[size];
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      fields.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    out.checkNoSpaceLeft();
    return bytes;
  }

  /**
   * Reads the length of a delimited field and holds it against what is really there, so that
   * nothing is allocated by a length that only was claimed.
   */
  static int readLength(CodedInputStream in, Buffer buffer) throws IOException {
    int length = in.readRawVarint32();
    int left = leftOf(in, buffer);
    if (length < 0 || length > left) {
      throw new IOException("length beyond the end");
    }
    return length;
  }

  /** Reads a bytes field as a view of the buffer. */
  static Buffer readSlice(CodedInputStream in, Buffer buffer) throws IOException {
    int length = readLength(in, buffer);
    int start = in.getTotalBytesRead();
    in.skipRawBytes(length);
    return buffer.slice(start, start + length);
  }

  static boolean isUtf8(byte[] text) {
    return UnsafeByteOperations.unsafeWrap(text).isValidUtf8();
  }

  /** The size of a bytes field with its tag. */
  static int sizeOfBytes(int field, Buffer value) {
    int length = value.length();
    return CodedOutputStream.computeTagSize(field)
        + CodedOutputStream.computeUInt32SizeNoTag(length)
        + length;
  }

  /** Writes a bytes field with its tag. */
  static void writeBytes(CodedOutputStream out, int field, Buffer value) throws IOException {
    out.writeTag(field, DELIMITED);
    out.writeUInt32NoTag(value.length());
    out.writeRawBytes(bytesOf(value));
  }

  /** Writes bytes as they are. */
  static void writeRaw(CodedOutputStream out, Buffer value) throws IOException {
    out.writeRawBytes(bytesOf(value));
  }

  private static int leftOf(CodedInputStream in, Buffer buffer) {
    int limited = in.getBytesUntilLimit();
    return limited >= 0 ? limited : buffer.length() - in.getTotalBytesRead();
  }
}
