package io.restante.push.webpush;

/**
 * Where a push is posted, checked by {@link EndpointRules}.
 *
 * @param host a name in lower case or an address, IPv6 in brackets
 * @param target path and query
 */
public record Endpoint(String host, int port, String target) {
  private static final int HTTPS_PORT = 443;

  /** Scheme, host and port, the port where it is not the scheme's (RFC 6454). */
  String origin() {
    return "https://" + host + (port == HTTPS_PORT ? "" : ":" + port);
  }

  /** The URL. */
  String url() {
    return origin() + target;
  }

  /** Hides it: who knows an endpoint may post there. */
  @Override
  public String toString() {
    return "Endpoint";
  }
}
