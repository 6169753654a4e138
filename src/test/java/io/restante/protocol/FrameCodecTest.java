package io.restante.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import io.restante.testing.Seeded;
import io.restante.testing.wire.Wire.Request;
import io.restante.testing.wire.Wire.Response;
import io.restante.testing.wire.Wire.SocketFrame;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The codec against protobuf's own generated code, and against what clients may send instead. */
class FrameCodecTest {
  private static final String[] TEXTS = {
    "", "GET", "/v1/keepalive", "/v2/keys/*?x=ü", "Content-Type: application/json", "é€😀"
  };

  @Test
  void writesTheBytesThatProtobufWrites() {
    Random random = Seeded.random("writesTheBytesThatProtobufWrites");
    for (int i = 0; i < 20_000; i++) {
      SocketFrame witness = randomFrame(random);
      assertArrayEquals(witness.toByteArray(), FrameCodec.encode(ours(witness)).getBytes());
    }
  }

  @Test
  void readsWhatProtobufWrites() throws MalformedFrameException {
    Random random = Seeded.random("readsWhatProtobufWrites");
    for (int i = 0; i < 20_000; i++) {
      SocketFrame witness = randomFrame(random);
      assertSame(witness, FrameCodec.decode(buffer(witness)));
    }
  }

  @Test
  void echoesIdsAsUnsigned64Bit() throws MalformedFrameException {
    for (long id : new long[] {0, 1, Long.MAX_VALUE, Long.MIN_VALUE, -1}) {
      Frame.Request request = new Frame.Request(id, "GET", "/v1/keepalive", List.of(), null);
      assertEquals(id, FrameCodec.decode(FrameCodec.encode(request)).id());
    }
  }

  @Test
  void tellsAnAbsentBodyFromAnEmptyOne() throws MalformedFrameException {
    Frame absent = new Frame.Response(1, 204, "No Content", List.of(), null);
    Frame empty = new Frame.Response(1, 200, "OK", List.of(), Buffer.buffer());
    assertNull(((Frame.Response) FrameCodec.decode(FrameCodec.encode(absent))).body());
    Buffer body = ((Frame.Response) FrameCodec.decode(FrameCodec.encode(empty))).body();
    assertEquals(Buffer.buffer(), body);
  }

  @Test
  void readsAFrameThatIsASliceOfAnother() throws MalformedFrameException {
    byte[] bytes = randomRequest().toByteArray();
    Buffer around = Buffer.buffer(new byte[7]).appendBytes(bytes).appendBytes(new byte[3]);
    assertSame(randomRequest(), FrameCodec.decode(around.slice(7, 7 + bytes.length)));
  }

  @Test
  void skipsUnknownFieldsOfEveryWireType() throws MalformedFrameException {
    UnknownFieldSet unknown =
        UnknownFieldSet.newBuilder()
            .addField(
                1000,
                UnknownFieldSet.Field.newBuilder()
                    .addVarint(7)
                    .addFixed32(8)
                    .addFixed64(9)
                    .addLengthDelimited(ByteString.copyFromUtf8("later"))
                    .addGroup(UnknownFieldSet.getDefaultInstance())
                    .build())
            .build();
    SocketFrame plain = randomRequest();
    SocketFrame extended =
        plain.toBuilder()
            .setUnknownFields(unknown)
            .setRequest(plain.getRequest().toBuilder().setUnknownFields(unknown))
            .build();
    assertSame(plain, FrameCodec.decode(buffer(extended)));
  }

  @Test
  void mergesARepeatedMessageAndTakesTheLastOfARepeatedScalar() throws MalformedFrameException {
    Request first = Request.newBuilder().setVerb("GET").setId(1).addHeaders("A: 1").build();
    Request second = Request.newBuilder().setVerb("PUT").setPath("/x").addHeaders("B: 2").build();
    Buffer bytes =
        frame(SocketFrame.newBuilder().setType(SocketFrame.Type.RESPONSE).setRequest(first))
            .appendBuffer(
                frame(
                    SocketFrame.newBuilder().setType(SocketFrame.Type.REQUEST).setRequest(second)));
    Frame expected = new Frame.Request(1, "PUT", "/x", List.of("A: 1", "B: 2"), null);
    assertEquals(expected, FrameCodec.decode(bytes));
  }

  @Test
  void letsTheTypeDecideWhereBothMessagesAreThere() throws MalformedFrameException {
    SocketFrame.Builder both =
        SocketFrame.newBuilder()
            .setRequest(Request.newBuilder().setVerb("GET").setPath("/").setId(3))
            .setResponse(Response.newBuilder().setId(4).setStatus(200));
    Frame request = FrameCodec.decode(frame(both.setType(SocketFrame.Type.REQUEST)));
    Frame response = FrameCodec.decode(frame(both.setType(SocketFrame.Type.RESPONSE)));
    assertEquals(new Frame.Request(3, "GET", "/", List.of(), null), request);
    assertEquals(new Frame.Response(4, 200, "", List.of(), null), response);
  }

  @Test
  void refusesAFrameWithoutTypeOrWithoutTheMessageOfItsType() {
    Request request = Request.newBuilder().setVerb("GET").setPath("/").build();
    assertMalformed(Buffer.buffer(), "type: absent");
    assertMalformed(frame(SocketFrame.newBuilder().setRequest(request)), "type: absent");
    assertMalformed(
        frame(SocketFrame.newBuilder().setType(SocketFrame.Type.UNKNOWN).setRequest(request)),
        "type: absent");
    assertMalformed(
        frame(SocketFrame.newBuilder().setType(SocketFrame.Type.RESPONSE).setRequest(request)),
        "frame of type 2 without its message");
    assertMalformed(
        frame(SocketFrame.newBuilder().setType(SocketFrame.Type.REQUEST)),
        "frame of type 1 without its message");
  }

  @Test
  void takesAnUnknownTypeValueAsNone() throws MalformedFrameException {
    Buffer unknownType = Buffer.buffer(new byte[] {8, 3});
    Buffer request = frame(randomRequest().toBuilder());
    assertMalformed(unknownType, "type: absent or unknown");
    assertSame(randomRequest(), FrameCodec.decode(request.copy().appendBuffer(unknownType)));
  }

  @Test
  void holdsEachLimitAtItsEdge() throws MalformedFrameException {
    assertTakesUpTo("verb", FrameCodec.VERB_BYTES_MAX, Request.Builder::setVerb);
    assertTakesUpTo("path", FrameCodec.PATH_BYTES_MAX, Request.Builder::setPath);
    assertTakesUpTo("header", FrameCodec.HEADER_BYTES_MAX, Request.Builder::addHeaders);
    Response.Builder response = Response.newBuilder().setMessage("m".repeat(1024));
    FrameCodec.decode(frame(response));
    assertMalformed(
        frame(response.setMessage("m".repeat(1025))), "message: 1025 (expected: at most 1024)");
  }

  private static void assertTakesUpTo(String field, int max, TextField setter)
      throws MalformedFrameException {
    Request.Builder request = Request.newBuilder();
    setter.set(request, "v".repeat(max));
    FrameCodec.decode(frame(request));
    setter.set(request, "v".repeat(max + 1));
    String problem = field + ": " + (max + 1) + " (expected: at most " + max + ")";
    assertMalformed(frame(request), problem);
  }

  private interface TextField {
    void set(Request.Builder request, String value);
  }

  @Test
  void countsHeadersOverRepeatedMessages() throws MalformedFrameException {
    Request.Builder half = Request.newBuilder();
    for (int i = 0; i < FrameCodec.HEADERS_MAX / 2; i++) {
      half.addHeaders("A: " + i);
    }
    Buffer full = frame(half).appendBuffer(frame(half));
    Frame.Request request = (Frame.Request) FrameCodec.decode(full);
    assertEquals(FrameCodec.HEADERS_MAX, request.headers().size());
    Buffer over = full.appendBuffer(frame(Request.newBuilder().addHeaders("one more")));
    assertMalformed(over, "headers: 65 (expected: at most 64)");
  }

  @Test
  void refusesTextThatIsNotUtf8() {
    ByteString latin = ByteString.copyFrom("ü", StandardCharsets.ISO_8859_1);
    assertMalformed(frame(Request.newBuilder().setPathBytes(latin)), "path: not UTF-8");
    assertMalformed(frame(Request.newBuilder().addHeadersBytes(latin)), "header: not UTF-8");
  }

  @Test
  void refusesEveryTruncationThatProtobufRefuses() {
    byte[] whole = buffer(randomRequest()).getBytes();
    for (int length = 0; length < whole.length; length++) {
      assertAgrees(Arrays.copyOf(whole, length));
    }
  }

  @Test
  void agreesWithProtobufOnMutatedFrames() {
    Random random = Seeded.random("agreesWithProtobufOnMutatedFrames");
    for (int i = 0; i < 50_000; i++) {
      byte[] bytes = randomFrame(random).toByteArray();
      for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      }
      assertAgrees(bytes);
    }
  }

  @Test
  void agreesWithProtobufOnRandomBytes() {
    Random random = Seeded.random("agreesWithProtobufOnRandomBytes");
    for (int i = 0; i < 50_000; i++) {
      assertAgrees(Seeded.bytes(random, random.nextInt(64)));
    }
  }

  @Test
  void allocatesNothingByALengthThatIsOnlyClaimed() throws IOException {
    List<Buffer> claims = new ArrayList<>();
    for (int field : new int[] {2, 3, 100}) {
      claims.add(claim(field, Integer.MAX_VALUE));
      claims.add(claim(field, -1));
      for (int inner : new int[] {1, 2, 3, 5, 100}) {
        Buffer nested = claim(inner, Integer.MAX_VALUE - 1024);
        claims.add(claim(field, nested.length()).appendBuffer(nested));
      }
    }
    long before = allocatedBytes();
    for (Buffer claim : claims) {
      assertThrows(MalformedFrameException.class, () -> FrameCodec.decode(claim));
    }
    long each = (allocatedBytes() - before) / claims.size();
    assertTrue(each < 100_000, "bytes allocated for a refusal: " + each);
  }

  @Test
  void refusesEndlessNesting() {
    byte[] groups = new byte[100_000];
    Arrays.fill(groups, (byte) (9 << 3 | 3));
    assertMalformed(Buffer.buffer(groups), "frame: not a protobuf");
  }

  private static long allocatedBytes() {
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    return threads.getCurrentThreadAllocatedBytes();
  }

  private static Buffer claim(int field, int length) throws IOException {
    byte[] bytes = new byte[16];
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.writeTag(field, 2);
    out.writeUInt32NoTag(length);
    return Buffer.buffer(Arrays.copyOf(bytes, out.getTotalBytesWritten()));
  }

  /** Our verdict is protobuf's, but for what the codec says to be stricter in. */
  private static void assertAgrees(byte[] bytes) {
    SocketFrame witness = parsed(bytes);
    Frame frame;
    try {
      frame = FrameCodec.decode(Buffer.buffer(bytes));
    } catch (MalformedFrameException e) {
      // Protobuf forgets a text that a later one overwrote; ours has refused that one already.
      boolean overwritten =
          String.valueOf(e.getMessage()).matches("(verb|path|message): \\d+ .*|.*not UTF-8")
              && witness != null
              && witness.getSerializedSize() < bytes.length;
      assertTrue(
          witness == null || overwritten || !isWithinContract(witness),
          () -> "refused: " + e.getMessage() + " " + Arrays.toString(bytes));
      return;
    }
    if (witness == null) {
      throw new AssertionError("protobuf refuses " + Arrays.toString(bytes));
    }
    assertSame(witness, frame);
  }

  private static @Nullable SocketFrame parsed(byte[] bytes) {
    try {
      return SocketFrame.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      return null;
    }
  }

  private static boolean isWithinContract(SocketFrame frame) {
    boolean chosen =
        switch (frame.getType()) {
          case REQUEST -> frame.hasRequest();
          case RESPONSE -> frame.hasResponse();
          default -> false;
        };
    Request request = frame.getRequest();
    Response response = frame.getResponse();
    return chosen
        && fits(request.getVerbBytes(), FrameCodec.VERB_BYTES_MAX)
        && fits(request.getPathBytes(), FrameCodec.PATH_BYTES_MAX)
        && fits(response.getMessageBytes(), FrameCodec.MESSAGE_BYTES_MAX)
        && fit(request.getHeadersList().asByteStringList())
        && fit(response.getHeadersList().asByteStringList());
  }

  private static boolean fits(ByteString text, int max) {
    return text.size() <= max && text.isValidUtf8();
  }

  private static boolean fit(List<ByteString> headers) {
    return headers.size() <= FrameCodec.HEADERS_MAX
        && headers.stream().allMatch(h -> fits(h, FrameCodec.HEADER_BYTES_MAX));
  }

  private static void assertMalformed(Buffer bytes, String message) {
    MalformedFrameException refusal =
        assertThrows(MalformedFrameException.class, () -> FrameCodec.decode(bytes));
    String actual = String.valueOf(refusal.getMessage());
    assertTrue(actual.startsWith(message), actual);
  }

  private static void assertSame(SocketFrame witness, Frame frame) {
    assertEquals(ours(witness), frame);
  }

  private static Frame ours(SocketFrame witness) {
    if (witness.getType() == SocketFrame.Type.REQUEST) {
      Request request = witness.getRequest();
      Buffer body = request.hasBody() ? buffer(request.getBody()) : null;
      return new Frame.Request(
          request.getId(), request.getVerb(), request.getPath(), request.getHeadersList(), body);
    }
    Response response = witness.getResponse();
    Buffer body = response.hasBody() ? buffer(response.getBody()) : null;
    return new Frame.Response(
        response.getId(),
        response.getStatus(),
        response.getMessage(),
        response.getHeadersList(),
        body);
  }

  private static SocketFrame randomRequest() {
    return randomFrame(new Random(2013), true);
  }

  private static SocketFrame randomFrame(Random random) {
    return randomFrame(random, random.nextBoolean());
  }

  private static SocketFrame randomFrame(Random random, boolean isRequest) {
    List<String> headers = new ArrayList<>();
    for (int count = random.nextInt(4); count > 0; count--) {
      headers.add(text(random));
    }
    ByteString body =
        ByteString.copyFrom(
            Seeded.bytes(random, random.nextInt(random.nextInt(20) == 0 ? 999 : 9)));
    boolean hasBody = random.nextInt(4) > 0;
    long id = random.nextLong() >>> random.nextInt(64);
    SocketFrame.Builder frame = SocketFrame.newBuilder();
    if (isRequest) {
      Request.Builder request = Request.newBuilder().setVerb("PUT").setPath(text(random)).setId(id);
      request.addAllHeaders(headers);
      frame.setType(SocketFrame.Type.REQUEST);
      return frame.setRequest(hasBody ? request.setBody(body) : request).build();
    }
    Response.Builder response = Response.newBuilder().setId(id).setMessage(text(random));
    response.setStatus(random.nextInt() >>> random.nextInt(32)).addAllHeaders(headers);
    frame.setType(SocketFrame.Type.RESPONSE);
    return frame.setResponse(hasBody ? response.setBody(body) : response).build();
  }

  private static String text(Random random) {
    return TEXTS[random.nextInt(TEXTS.length)];
  }

  private static Buffer buffer(SocketFrame frame) {
    return Buffer.buffer(frame.toByteArray());
  }

  private static Buffer buffer(ByteString bytes) {
    return Buffer.buffer(bytes.toByteArray());
  }

  private static Buffer frame(SocketFrame.Builder frame) {
    return buffer(frame.build());
  }

  private static Buffer frame(Request.Builder request) {
    return frame(SocketFrame.newBuilder().setType(SocketFrame.Type.REQUEST).setRequest(request));
  }

  private static Buffer frame(Response.Builder response) {
    return frame(SocketFrame.newBuilder().setType(SocketFrame.Type.RESPONSE).setResponse(response));
  }
}
