package io.restante.push.webpush;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;

/** A set of networks. */
final class AddressBlocks {
  private final List<IpSubnetFilterRule> blocks;

  private AddressBlocks(List<IpSubnetFilterRule> blocks) {
    this.blocks = blocks;
  }

  /**
   * Reads addresses and CIDR blocks.
   *
   * @throws IllegalArgumentException for what is neither
   */
  static AddressBlocks of(String... texts) {
    return of(Arrays.asList(texts));
  }

  /** The same. */
  static AddressBlocks of(List<String> texts) {
    return new AddressBlocks(texts.stream().map(AddressBlocks::block).toList());
  }

  /** Whether an address lies in one of them. */
  boolean contain(InetAddress address) {
    InetSocketAddress socket = new InetSocketAddress(address, 0);
    return blocks.stream().anyMatch(block -> block.matches(socket));
  }

  private static IpSubnetFilterRule block(String text) {
    int slash = text.indexOf('/');
    InetAddress address =
        IpLiteral.parse(slash < 0 ? text : text.substring(0, slash))
            .orElseThrow(
                () -> new IllegalArgumentException(text + " (expected: an address or CIDR block)"));
    // An IPv4 address that is written as IPv6 has become an IPv4 one.
    int bitsMax = address.getAddress().length * 8;
    int bits = slash < 0 ? bitsMax : bits(text.substring(slash + 1), bitsMax, text);
    return new IpSubnetFilterRule(address, bits, IpFilterRuleType.ACCEPT);
  }

  private static int bits(String digits, int max, String text) {
    int bits = digits.matches("[0-9]{1,3}") ? Integer.parseInt(digits) : Integer.MAX_VALUE;
    if (bits > max) {
      throw new IllegalArgumentException(text + " (expected: a prefix of 0 to " + max + " bits)");
    }
    return bits;
  }
}
