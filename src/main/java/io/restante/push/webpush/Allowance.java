package io.restante.push.webpush;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What an operator allows although it is not public.
 *
 * @param hosts by their names, in lower case: wherever they are
 * @param blocks addresses, whatever their names
 */
record Allowance(Set<String> hosts, AddressBlocks blocks) {
  /**
   * Reads hosts, addresses and CIDR blocks.
   *
   * @throws IllegalArgumentException for what is none of them
   */
  static Allowance of(List<String> texts) {
    Set<String> hosts = new HashSet<>();
    List<String> blocks = new ArrayList<>();
    for (String text : texts) {
      String lower = text.toLowerCase(Locale.ROOT);
      if (HostName.isName(lower)) {
        hosts.add(lower);
      } else {
        blocks.add(text);
      }
    }
    return new Allowance(Set.copyOf(hosts), AddressBlocks.of(blocks));
  }

  /** Whether a host may be this address. */
  boolean covers(String host, InetAddress address) {
    return hosts.contains(host) || blocks.contain(address);
  }
}
