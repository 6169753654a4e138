package io.restante.contract;

import com.google.protobuf.ByteString;
import io.restante.testing.RawWebSocket;
import io.restante.testing.wire.Wire.Request;
import io.restante.testing.wire.Wire.SocketFrame;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** Bytes on a socket that are no frame of the contract, with the close codes that may answer. */
final class BadFrames {
  /** What is sent, and the code that the socket ends with. */
  record Bad(byte[] bytes, int code) {}

  private static final int BINARY = 0x82;
  private static final int TEXT = 0x81;
  private static final int PING = 0x89;
  private static final int MALFORMED = 1007;

  private BadFrames() {}

  /** The frame of a request with one header line. */
  static byte[] request(String verb, String path, String header) {
    Request request =
        Request.newBuilder()
            .setId(7)
            .setVerb(verb)
            .setPath(path)
            .addHeaders(header)
            .setBody(ByteString.copyFromUtf8(WrongBodies.MARKER))
            .build();
    return SocketFrame.newBuilder()
        .setType(SocketFrame.Type.REQUEST)
        .setRequest(request)
        .build()
        .toByteArray();
  }

  static Map<String, Bad> all() {
    Map<String, Bad> all = new TreeMap<>();
    byte[] marker = WrongBodies.MARKER.getBytes(StandardCharsets.US_ASCII);
    byte[] good = request("GET", "/v1/keepalive", "a: b");
    malformed(all, "empty", new byte[0]);
    malformed(all, "garbage", marker);
    malformed(all, "zeros", new byte[64]);
    malformed(all, "type 0", new byte[] {8, 0});
    malformed(all, "type 3", new byte[] {8, 3});
    malformed(all, "type alone", new byte[] {8, 1});
    malformed(all, "endless varint", ones(20));
    malformed(all, "length over the end", new byte[] {8, 1, 0x12, 0x7f, 1});
    malformed(all, "negative length", concat(new byte[] {8, 1, 0x12}, ones(9), new byte[] {1}));
    malformed(all, "group without end", new byte[] {8, 1, 0x0b});
    malformed(all, "verb too long", request("V".repeat(17), "/", "a: b"));
    malformed(all, "path too long", request("GET", "/" + "p".repeat(8192), "a: b"));
    malformed(all, "header too long", request("GET", "/", "h".repeat(8193)));
    malformed(all, "path not UTF-8", concat(new byte[] {8, 1, 0x12, 3, 0x12, 1, (byte) 0xff}));
    for (int length = 1; length < good.length; length += 3) {
      malformed(all, "first " + length, Arrays.copyOf(good, length));
    }
    put(all, "text", RawWebSocket.frame(TEXT, marker), MALFORMED);
    put(all, "text that is a frame", RawWebSocket.frame(TEXT, good), MALFORMED);
    put(all, "text not UTF-8", RawWebSocket.frame(TEXT, ones(8)), MALFORMED);
    put(all, "reserved bits", RawWebSocket.frame(0xf2, good), MALFORMED);
    put(all, "reserved opcode", RawWebSocket.frame(0x83, good), MALFORMED);
    put(all, "continues nothing", RawWebSocket.frame(0x80, good), MALFORMED);
    put(all, "large ping", RawWebSocket.frame(PING, new byte[126]), MALFORMED);
    put(all, "fragment of a ping", RawWebSocket.frame(0x09, marker), MALFORMED);
    put(all, "close of one byte", RawWebSocket.frame(0x88, new byte[] {3}), MALFORMED);
    put(all, "close with 1005", RawWebSocket.frame(0x88, new byte[] {3, (byte) 0xed}), MALFORMED);
    put(all, "no mask", concat(new byte[] {(byte) BINARY, (byte) good.length}, good), MALFORMED);
    put(
        all,
        "length of 2^63",
        concat(new byte[] {(byte) BINARY, (byte) 0xff}, ones(12)),
        MALFORMED);
    return all;
  }

  private static void malformed(Map<String, Bad> all, String what, byte[] payload) {
    put(all, what, RawWebSocket.frame(BINARY, payload), MALFORMED);
  }

  private static void put(Map<String, Bad> all, String what, byte[] bytes, int code) {
    all.put(what, new Bad(bytes, code));
  }

  private static byte[] ones(int length) {
    byte[] ones = new byte[length];
    Arrays.fill(ones, (byte) 0xff);
    return ones;
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
