package io.restante.edge;

import io.netty.handler.codec.http.QueryStringDecoder;
import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import java.util.List;
import java.util.Map;

/** The query of a request. */
final class Query {
  private Query() {}

  /**
   * Its parameters, decoded.
   *
   * @throws GatewayException {@link ErrorCode#MALFORMED_QUERY}
   */
  static Map<String, List<String>> of(String uri) {
    if (uri.indexOf('?') < 0) {
      return Map.of();
    }
    try {
      return new QueryStringDecoder(uri).parameters();
    } catch (IllegalArgumentException malformed) {
      throw new GatewayException(
          ErrorCode.MALFORMED_QUERY, "the query (expected: percent-encoded UTF-8)");
    }
  }
}
