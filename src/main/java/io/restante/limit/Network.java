package io.restante.limit;

import io.netty.util.NetUtil;
import java.nio.ByteBuffer;

/**
 * Whose an address is, as far as limits are concerned: an IPv4 address, or the /64 of an IPv6 one,
 * as whoever has one of those has all (RFC 6177).
 *
 * @param version 4 or 6; 0 for what is no address, which all share
 * @param bits of the address or the network
 */
public record Network(int version, long bits) {
  private static final int IPV4_BYTES = 4;

  /** Reads an address; an IPv4 one that is written as IPv6 is the same one. */
  public static Network of(String address) {
    int zone = address.indexOf('%');
    String text = zone < 0 ? address : address.substring(0, zone);
    byte[] bytes = NetUtil.createByteArrayFromIpAddressString(text);
    if (bytes == null) {
      return new Network(0, 0);
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    if (bytes.length == IPV4_BYTES) {
      return new Network(4, buffer.getInt());
    }
    long upper = buffer.getLong();
    return upper == 0 && buffer.getInt() == 0xFFFF
        ? new Network(4, buffer.getInt())
        : new Network(6, upper);
  }

  /** Hides the address: it must not reach a log. */
  @Override
  public String toString() {
    return "Network[version=" + version + "]";
  }
}
