package io.restante.push.fcm;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Stands in for Google's token endpoint and FCM. It verifies all that it is sent; what is not
 * exactly as it must be is a fault, and answered 400. Else it answers what it was told to answer
 * next, or that all is well.
 */
final class GoogleStub {
  static final String HOST = "127.0.0.1";
  static final int LIFETIME_SECONDS = 3_600;

  /** An answer that a test made up. */
  interface Turn extends Consumer<HttpServerRequest> {}

  final List<String> faults = new CopyOnWriteArrayList<>();
  final List<JsonObject> messages = new CopyOnWriteArrayList<>();
  final List<String> projects = new CopyOnWriteArrayList<>();
  final List<String> bearers = new CopyOnWriteArrayList<>();
  final AtomicInteger tokenRequests = new AtomicInteger();
  final List<String> issued = new CopyOnWriteArrayList<>();
  final Queue<Turn> nextTokens = new ConcurrentLinkedQueue<>();
  final Queue<Turn> nextMessages = new ConcurrentLinkedQueue<>();
  private final Map<String, String> valid = new ConcurrentHashMap<>();
  private final Map<String, AccountFile> accounts = new ConcurrentHashMap<>();
  private final boolean tls;
  private final HttpServer server;
  private volatile long nowSeconds;

  GoogleStub(Vertx vertx, HttpServerOptions options) {
    this.tls = options.isSsl();
    this.server = vertx.createHttpServer(options);
    server.requestHandler(this::take);
  }

  Future<HttpServer> listen() {
    return server.listen(0, HOST);
  }

  String url() {
    return (tls ? "https://" : "http://") + HOST + ':' + server.actualPort();
  }

  AccountFile account(String project) {
    AccountFile account = AccountFile.make(project, url() + "/token");
    accounts.put(account.email(), account);
    return account;
  }

  /** Google's time, which assertions are held against. */
  void at(long nowMs) {
    nowSeconds = nowMs / 1_000;
  }

  /** Of all that was issued nothing holds any more. */
  void revokeTokens() {
    valid.clear();
  }

  static Turn answer(int status, JsonObject body) {
    return request ->
        request
            .response()
            .setStatusCode(status)
            .putHeader("Content-Type", "application/json")
            .end(body.toBuffer());
  }

  static JsonObject error(int status, String word, JsonObject... details) {
    return new JsonObject()
        .put(
            "error",
            new JsonObject()
                .put("code", status)
                .put("message", "said by a server: do not repeat")
                .put("status", word)
                .put("details", new JsonArray(List.of(details))));
  }

  static JsonObject fcmError(String code) {
    return new JsonObject()
        .put("@type", "type.googleapis.com/google.firebase.fcm.v1.FcmError")
        .put("errorCode", code);
  }

  private void take(HttpServerRequest request) {
    request
        .body()
        .onSuccess(
            body -> {
              try {
                if (request.path().equals("/token")) {
                  token(request, body);
                } else {
                  message(request, body);
                }
              } catch (IllegalStateException | GeneralSecurityException e) {
                fault(request, String.valueOf(e.getMessage()));
              } catch (RuntimeException e) {
                fault(request, e.toString());
              }
            });
  }

  private void fault(HttpServerRequest request, String what) {
    faults.add(what);
    request.response().setStatusCode(400).end();
  }

  private void token(HttpServerRequest request, Buffer body) throws GeneralSecurityException {
    tokenRequests.incrementAndGet();
    expect(request.method().equals(HttpMethod.POST), "method");
    expect(
        "application/x-www-form-urlencoded".equals(request.getHeader("Content-Type")),
        "content type of a token request");
    String[] form = body.toString().split("&", -1);
    expect(form.length == 2, "fields of the form");
    expect(
        decoded(form[0]).equals("grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer"),
        "grant type");
    expect(form[1].startsWith("assertion="), "assertion");
    AccountFile account = verify(form[1].substring("assertion=".length()));
    Turn turn = nextTokens.poll();
    if (turn == null) {
      turn = answer(200, issue(account));
    }
    turn.accept(request);
  }

  /** A new access token of an account. */
  JsonObject issue(AccountFile account) {
    String token = "ya29.secret-" + issued.size();
    issued.add(token);
    valid.put(token, account.project());
    return new JsonObject()
        .put("access_token", token)
        .put("expires_in", LIFETIME_SECONDS)
        .put("token_type", "Bearer");
  }

  private AccountFile verify(String assertion) throws GeneralSecurityException {
    String[] parts = assertion.split("\\.", -1);
    expect(parts.length == 3, "parts of the assertion");
    JsonObject header = json(parts[0]);
    JsonObject claims = json(parts[1]);
    expect(claims.fieldNames().equals(Set.of("iss", "scope", "aud", "iat", "exp")), "claims");
    AccountFile account = accounts.get(claims.getString("iss"));
    if (account == null) {
      throw new IllegalStateException("iss");
    }
    expect("RS256".equals(header.getString("alg")), "alg");
    expect("JWT".equals(header.getString("typ")), "typ");
    expect(account.keyId().equals(header.getString("kid")), "kid");
    expect(account.tokenUri().equals(claims.getString("aud")), "aud");
    expect(
        "https://www.googleapis.com/auth/firebase.messaging".equals(claims.getString("scope")),
        "scope");
    expect(claims.getLong("iat") == nowSeconds, "iat");
    expect(claims.getLong("exp") == nowSeconds + 3_600, "exp");
    Signature signature = Signature.getInstance("SHA256withRSA");
    signature.initVerify(account.keys().getPublic());
    signature.update((parts[0] + '.' + parts[1]).getBytes(StandardCharsets.US_ASCII));
    expect(signature.verify(Base64.getUrlDecoder().decode(parts[2])), "signature");
    return account;
  }

  private void message(HttpServerRequest request, Buffer body) {
    String path = request.path();
    expect(request.method().equals(HttpMethod.POST), "method");
    expect(path.matches("/v1/projects/[a-z0-9-]+/messages:send"), "path " + path);
    expect("application/json".equals(request.getHeader("Content-Type")), "content type");
    String project = path.split("/", -1)[3];
    String bearer = String.valueOf(request.getHeader("Authorization"));
    expect(bearer.startsWith("Bearer "), "authorization");
    String of = valid.get(bearer.substring("Bearer ".length()));
    if (of == null) {
      answer(401, error(401, "UNAUTHENTICATED")).accept(request);
      return;
    }
    expect(of.equals(project), "a token of " + of + " for " + project);
    JsonObject message = MessageShape.verified(new JsonObject(body));
    messages.add(message);
    projects.add(project);
    bearers.add(bearer);
    Turn turn = nextMessages.poll();
    if (turn == null) {
      turn = answer(200, new JsonObject().put("name", "projects/" + project + "/messages/0:1"));
    }
    turn.accept(request);
  }

  private static JsonObject json(String base64) {
    return new JsonObject(Buffer.buffer(Base64.getUrlDecoder().decode(base64)));
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  static void expect(boolean holds, String what) {
    if (!holds) {
      throw new IllegalStateException(what);
    }
  }
}
