package io.restante.edge;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import io.vertx.core.MultiMap;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The address a request really comes from: the peer's, or behind trusted proxies the last one of
 * {@code Forwarded} (RFC 7239) or {@code X-Forwarded-For} that no trusted proxy has.
 */
final class ClientAddress {
  private static final int HOPS_MAX = 32;
  private final List<IpSubnetFilterRule> trusted;

  /**
   * Reads addresses and CIDR blocks.
   *
   * @throws IllegalArgumentException for what is neither
   */
  ClientAddress(List<String> trustedProxies) {
    this.trusted = trustedProxies.stream().map(ClientAddress::rule).toList();
  }

  private static IpSubnetFilterRule rule(String text) {
    int slash = text.indexOf('/');
    byte[] address =
        NetUtil.createByteArrayFromIpAddressString(slash < 0 ? text : text.substring(0, slash));
    if (address == null) {
      throw new IllegalArgumentException(
          "http.trusted-proxies: " + text + " (expected: an address or CIDR block)");
    }
    int bits = slash < 0 ? address.length * 8 : Integer.parseInt(text.substring(slash + 1));
    try {
      return new IpSubnetFilterRule(
          InetAddress.getByAddress(address), bits, IpFilterRuleType.ACCEPT);
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** The address of the client behind this peer. */
  String of(String peer, MultiMap headers) {
    if (trusted.isEmpty() || !isTrusted(peer)) {
      return peer;
    }
    List<String> hops = hops(headers);
    for (int i = hops.size() - 1; i >= Math.max(0, hops.size() - HOPS_MAX); i--) {
      if (!isTrusted(hops.get(i))) {
        return hops.get(i);
      }
    }
    return hops.isEmpty() ? peer : hops.get(0);
  }

  private static List<String> hops(MultiMap headers) {
    List<String> forwarded = headers.getAll("Forwarded");
    List<String> lines = forwarded.isEmpty() ? headers.getAll("X-Forwarded-For") : forwarded;
    return lines.stream()
        .flatMap(line -> Arrays.stream(line.split(",", -1)))
        .map(hop -> forwarded.isEmpty() ? hop.strip() : forOf(hop))
        .map(ClientAddress::withoutPort)
        .filter(ClientAddress::isAddress)
        .toList();
  }

  private static String forOf(String element) {
    for (String pair : element.split(";", -1)) {
      String text = pair.strip();
      if (text.toLowerCase(Locale.ROOT).startsWith("for=")) {
        return text.substring(4).replace("\"", "");
      }
    }
    return "";
  }

  private static String withoutPort(String hop) {
    if (hop.startsWith("[")) {
      int end = hop.indexOf(']');
      return end < 0 ? hop : hop.substring(1, end);
    }
    int colon = hop.indexOf(':');
    return colon >= 0 && colon == hop.lastIndexOf(':') ? hop.substring(0, colon) : hop;
  }

  private boolean isTrusted(String address) {
    InetSocketAddress socket = socketAddress(address);
    return socket != null && trusted.stream().anyMatch(rule -> rule.matches(socket));
  }

  /** Literal addresses only: a name would be looked up. */
  private static boolean isAddress(String text) {
    return NetUtil.isValidIpV4Address(text) || NetUtil.isValidIpV6Address(text);
  }

  private static @Nullable InetSocketAddress socketAddress(String text) {
    byte[] address = NetUtil.createByteArrayFromIpAddressString(text);
    try {
      return address == null ? null : new InetSocketAddress(InetAddress.getByAddress(address), 0);
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
