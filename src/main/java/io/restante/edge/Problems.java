package io.restante.edge;

import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns failures into problem bodies (RFC 9457). */
final class Problems {
  private static final String CONTENT_TYPE = "application/problem+json";
  private static final String TYPE_PREFIX = "urn:restante:error:";
  private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

  private Problems() {}

  /** The failure as a refusal; anything that is none is a defect of ours, which is logged. */
  static GatewayException refusalOf(Throwable failure) {
    if (failure instanceof GatewayException refusal) {
      return refusal;
    }
    LOG.error("a handler failed", failure);
    return new GatewayException(ErrorCode.INTERNAL, ErrorCode.INTERNAL.title());
  }

  /** The answer that tells a refusal. */
  static Reply reply(GatewayException refusal) {
    ErrorCode code = refusal.code();
    JsonObject body =
        new JsonObject()
            .put("type", TYPE_PREFIX + code.code())
            .put("title", code.title())
            .put("status", code.status())
            .put("detail", refusal.detail())
            .put("code", code.code());
    Reply reply = new Reply(code.status(), CONTENT_TYPE, body.toBuffer(), Map.of());
    if (code == ErrorCode.UNAUTHENTICATED) {
      return reply.withHeader("WWW-Authenticate", "Basic realm=\"restante\", charset=\"UTF-8\"");
    }
    if (!refusal.allowed().isEmpty()) {
      return reply.withHeader("Allow", refusal.allowed());
    }
    return refusal.retryAfterSeconds() > 0
        ? reply.withHeader("Retry-After", Integer.toString(refusal.retryAfterSeconds()))
        : reply;
  }
}
