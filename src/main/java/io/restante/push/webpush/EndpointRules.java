package io.restante.push.webpush;

import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What endpoints may be. An endpoint is a stranger's URL, and the gateway posts to it from inside
 * the operator's network: so it is https at a known port, its host a plain name, and only an
 * address that is public, or that the operator allows, is ever connected to.
 *
 * <p>A URL is judged without asking anybody ({@link #parse}); what its name resolves to is judged
 * at each push ({@link #mayReach}), as names change.
 */
public final class EndpointRules {
  private static final String FIELD = "endpoint";
  private static final String SCHEME = "https://";
  private static final int HTTPS_PORT = 443;

  /** Those of RFC 3986: no spaces, controls, backslashes or letters beyond ASCII. */
  private static final Pattern URL_CHARS =
      Pattern.compile("[A-Za-z0-9._~:/?#\\[\\]@!$&'()*+,;=%-]*");

  private static final Pattern PORT = Pattern.compile("[1-9][0-9]{0,4}");

  private final int charsMax;
  private final Set<Integer> ports;
  private final Allowance allowance;

  /** The rules of a configuration. */
  public EndpointRules(WebPushConfig config) {
    this.charsMax = config.endpointCharsMax();
    this.ports = new TreeSet<>(config.ports());
    this.allowance = Allowance.of(config.allow());
  }

  /**
   * Reads an endpoint. No name is looked up.
   *
   * @throws GatewayException {@link ErrorCode#INVALID_FIELD} that tells what is wrong with it
   */
  public Endpoint parse(String url) {
    if (url.length() > charsMax) {
      throw wrong(url.length() + " characters", "at most " + charsMax);
    }
    if (!url.startsWith(SCHEME)) {
      throw wrong("another scheme", SCHEME);
    }
    if (!URL_CHARS.matcher(url).matches()) {
      throw wrong("a character that no URL has", "ASCII of RFC 3986");
    }
    if (url.indexOf('#') >= 0) {
      throw wrong("with a fragment", "none");
    }
    String rest = url.substring(SCHEME.length());
    int slash = rest.indexOf('/');
    String authority = slash < 0 ? rest : rest.substring(0, slash);
    if (authority.indexOf('?') >= 0) {
      throw wrong("a query without a path", "a path");
    }
    return ofAuthority(authority, slash < 0 ? "/" : rest.substring(slash));
  }

  private Endpoint ofAuthority(String authority, String target) {
    if (authority.indexOf('@') >= 0) {
      throw wrong("with user info", "none");
    }
    int colon = authority.indexOf(':', authority.indexOf(']') + 1);
    String host = colon < 0 ? authority : authority.substring(0, colon);
    int port = colon < 0 ? HTTPS_PORT : port(authority.substring(colon + 1));
    if (!ports.contains(port)) {
      throw wrong("port " + port, "one of " + ports);
    }
    return new Endpoint(checkedHost(host.toLowerCase(Locale.ROOT)), port, target);
  }

  private static int port(String digits) {
    if (!PORT.matcher(digits).matches()) {
      throw wrong("a port that is no number", "1 to 65535");
    }
    return Integer.parseInt(digits);
  }

  private String checkedHost(String host) {
    Optional<InetAddress> address = HostName.address(host);
    if (address.isPresent()) {
      if (!allowance.covers(host, address.get())) {
        throw wrong("an address as its host", "a name");
      }
    } else if (!HostName.isName(host)) {
      throw wrong("a host that is no name", "letters, digits and hyphens with dots between");
    } else if (host.indexOf('.') < 0 && !allowance.hosts().contains(host)) {
      throw wrong("a host without a dot", "a full name");
    }
    return host;
  }

  /** Whether a push for this endpoint may go to this address. */
  boolean mayReach(Endpoint endpoint, InetAddress address) {
    return PublicAddresses.isPublic(address) || allowance.covers(endpoint.host(), address);
  }

  /** Whether the operator named this host, so that it may be a short name of a network's own. */
  boolean isNamed(Endpoint endpoint) {
    return allowance.hosts().contains(endpoint.host());
  }

  private static GatewayException wrong(String given, String expected) {
    return GatewayException.invalidField(FIELD, given, expected);
  }
}
