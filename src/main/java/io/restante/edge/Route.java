package io.restante.edge;

import io.vertx.core.Future;

/**
 * One row of the contract: method and path, who may call it, and what answers.
 *
 * @param template such as {@code /v2/keys/{destination}/{device}}; a segment in braces matches any
 *     one segment, and a plain segment wins over it
 * @param consumes the media type of the body
 */
public record Route(
    String method, String template, Access access, String consumes, Handler handler) {
  /** Of a route that takes a body of whatever media type it is said to be. */
  static final String ANY_TYPE = "*/*";

  private static final String JSON = "application/json";

  /** A route that takes JSON, where it takes a body. */
  public Route(String method, String template, Access access, Handler handler) {
    this(method, template, access, JSON, handler);
  }

  /**
   * Answers a call. A refusal is a {@link io.restante.protocol.GatewayException}, thrown or failed.
   */
  @FunctionalInterface
  public interface Handler {
    /** Answers. */
    Future<Reply> handle(Call call);
  }
}
