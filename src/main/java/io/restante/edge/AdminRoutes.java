package io.restante.edge;

import io.restante.account.Verification;
import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.restante.protocol.Handle;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** What an operator may ask of a gateway, on the management port, with its bearer token. */
public final class AdminRoutes {
  private static final String SCHEME = "Bearer ";
  private static final int BODY_BYTES_MAX = 4_096;
  private static final int HANDLE_CHARS_MAX = 64;

  private final byte[] token;
  private final Verification verification;

  /** Routes that this token opens. */
  public AdminRoutes(String token, Verification verification) {
    this.token = token.getBytes(StandardCharsets.UTF_8);
    this.verification = verification;
  }

  /** Adds them. */
  void addTo(Router router) {
    router.route("/admin/*").handler(this::admit);
    router
        .post("/admin/registration/codes")
        .handler(BodyHandler.create(false).setBodyLimit(BODY_BYTES_MAX))
        .handler(this::mint);
    router.route("/admin/*").failureHandler(AdminRoutes::fail);
  }

  private void admit(RoutingContext call) {
    String header = call.request().getHeader(HttpHeaders.AUTHORIZATION);
    byte[] given =
        header != null && header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
            ? header.substring(SCHEME.length()).strip().getBytes(StandardCharsets.UTF_8)
            : new byte[0];
    if (MessageDigest.isEqual(token, given)) {
      call.next();
    } else {
      call.fail(
          new GatewayException(
              ErrorCode.UNAUTHENTICATED, "Authorization (expected: Bearer and management.token)"));
    }
  }

  /** Makes a code that the operator brings to the handle's owner by its own way. */
  private void mint(RoutingContext call) {
    Buffer body = call.body().buffer();
    JsonFields fields = JsonFields.parse(body == null ? Buffer.buffer() : body);
    verification
        .mint(Handle.ofField("handle", fields.text("handle", HANDLE_CHARS_MAX)))
        .onSuccess(code -> respond(call, Reply.json(200, new JsonObject().put("code", code))))
        .onFailure(call::fail);
  }

  private static void fail(RoutingContext call) {
    Throwable failure = call.failure();
    GatewayException refusal =
        failure == null
            ? new GatewayException(
                call.statusCode() == 413 ? ErrorCode.TOO_LARGE : ErrorCode.NO_SUCH_ROUTE,
                "body (expected: at most " + BODY_BYTES_MAX + " bytes)")
            : Problems.refusalOf(failure);
    Reply reply = Problems.reply(refusal);
    respond(
        call,
        refusal.code() == ErrorCode.UNAUTHENTICATED
            ? reply.withHeader("WWW-Authenticate", "Bearer realm=\"restante\"")
            : reply);
  }

  /** The method that a path of the management port takes. */
  static String methodsOf(RoutingContext call) {
    return call.request().path().startsWith("/admin/") ? "POST" : "GET";
  }

  /** Answers a request of the management port. */
  static void respond(RoutingContext call, Reply reply) {
    HttpServerResponse response = call.response().setStatusCode(reply.status());
    reply.headers().forEach(response::putHeader);
    response.putHeader(HttpHeaders.CONTENT_TYPE, String.valueOf(reply.contentType()));
    Buffer body = reply.body();
    response.end(body == null ? Buffer.buffer() : body);
  }
}
