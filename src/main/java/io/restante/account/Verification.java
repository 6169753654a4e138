package io.restante.account;

import io.restante.account.CodeSender.Transport;
import io.restante.account.RegistrationConfig.Mode;
import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.restante.protocol.Handle;
import io.restante.redis.LookupKeys;
import io.restante.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.security.SecureRandom;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether somebody has the handle that they want to register. The code and the limit of
 * sends belong to the handle, attempts to whoever asked for a code: by a session, or in generations
 * A and B by the password of the request. So each send buys a few attempts and no more, however
 * many sessions are opened, and nobody uses up those of somebody else. A code that an operator
 * minted, or that was asked for without a password, may be tried by all; each address has only so
 * many of its attempts.
 *
 * <p>An origin names the address of a client, as something that can be compared and not read.
 *
 * <p>Where registration is closed everything fails with {@link ErrorCode#REGISTRATION_CLOSED};
 * where it is open any code is right, and nothing is sent.
 */
public final class Verification {
  /** Characters of a code that a client gives. */
  public static final int CODE_CHARS_MAX = 64;

  private static final String UNVERIFIED = "0:";
  private static final String VERIFIED = "1:";
  private static final int ID_BYTES = 24;
  private static final int CODES = 1_000_000;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final RedisLink link;
  private final RegistrationConfig config;
  private final CodeLimits limits;
  private final CodeSender sender;

  /**
   * The verification of one event loop.
   *
   * @param rateLimited whether sends and attempts have pauses, and sends a maximum
   * @param sender used where {@link RegistrationConfig#mode} is {@code CODE}
   */
  public Verification(
      RedisLink link, RegistrationConfig config, boolean rateLimited, CodeSender sender) {
    this(link, config, CodeLimits.of(config, rateLimited), sender);
  }

  Verification(RedisLink link, RegistrationConfig config, CodeLimits limits, CodeSender sender) {
    this.link = link;
    this.config = config;
    this.limits = limits;
    this.sender = sender;
  }

  /** Opens a session. */
  public Future<VerificationSession> open(Handle handle, String origin) {
    checkNotClosed();
    String id = RandomToken.ofBytes(ID_BYTES);
    String key = LookupKeys.verification(id);
    Request made =
        Request.cmd(Command.SET, key, UNVERIFIED + handle.text(), "EX", config.sessionTtlSeconds());
    return link.send(key, made)
        .compose(done -> state(handle, CodeAsker.ofSession(id), origin))
        .map(state -> VerificationSession.of(id, handle, false, state));
  }

  /** The session with this id; fails with {@link ErrorCode#NO_SUCH_SESSION}. */
  public Future<VerificationSession> get(String id, String origin) {
    return unlessVerified(
        id,
        session ->
            state(session.handle(), CodeAsker.ofSession(id), origin)
                .map(state -> unverified(session, state)));
  }

  /**
   * Sends a code. Fails with {@link ErrorCode#NO_SUCH_SESSION}, {@link ErrorCode#RATE_LIMITED} or
   * {@link ErrorCode#CODE_NOT_SENT}.
   */
  public Future<VerificationSession> requestCode(String id, Transport transport) {
    return unlessVerified(
        id,
        session ->
            send(session.handle(), CodeAsker.ofSession(id), transport)
                .map(state -> unverified(session, state)));
  }

  /**
   * Takes a code. A wrong one is an answer: a session that is not verified, and so is any in a
   * session that has not asked for one. Fails with {@link ErrorCode#NO_SUCH_SESSION}, or {@link
   * ErrorCode#RATE_LIMITED} where it comes too early.
   */
  public Future<VerificationSession> submitCode(String id, String code, String origin) {
    return unlessVerified(
        id,
        session ->
            check(session.handle(), CodeAsker.ofSession(id), origin, code)
                .compose(state -> verified(session, state)));
  }

  private Future<VerificationSession> unlessVerified(
      String id, Function<VerificationSession, Future<VerificationSession>> step) {
    checkNotClosed();
    return find(id)
        .compose(
            session -> session.verified() ? Future.succeededFuture(session) : step.apply(session));
  }

  private static VerificationSession unverified(VerificationSession session, CodeState state) {
    return VerificationSession.of(session.id(), session.handle(), false, state);
  }

  private Future<VerificationSession> verified(VerificationSession session, CodeState state) {
    if (state.status() != CodeState.Status.RIGHT) {
      return Future.succeededFuture(unverified(session, state));
    }
    String key = LookupKeys.verification(session.id());
    Request verified =
        Request.cmd(Command.SET, key, VERIFIED + session.handle().text(), "XX", "KEEPTTL");
    return link.send(key, verified)
        .map(
            reply -> {
              if (reply == null) {
                throw noSuchSession();
              }
              return VerificationSession.of(session.id(), session.handle(), true, CodeState.OVER);
            });
  }

  /**
   * Generations A and B: sends a code for a handle, without a session.
   *
   * @param password of the one who will give the code; null where it is not told yet
   */
  public Future<Void> requestCode(Handle handle, @Nullable String password, Transport transport) {
    checkNotClosed();
    CodeAsker asker = password == null ? CodeAsker.ANYONE : CodeAsker.ofPassword(handle, password);
    return send(handle, asker, transport).mapEmpty();
  }

  /** Generations A and B: whether this is the handle's code, which is used up by it. */
  public Future<Boolean> submitCode(Handle handle, String password, String code, String origin) {
    checkNotClosed();
    return check(handle, CodeAsker.ofPassword(handle, password), origin, code)
        .map(state -> state.status() == CodeState.Status.RIGHT);
  }

  /** Whether a session with this id lives, belongs to the handle and is verified. */
  public Future<Boolean> isVerified(String id, Handle handle) {
    checkNotClosed();
    return load(id)
        .map(
            found ->
                found.isPresent() && found.get().verified() && found.get().handle().equals(handle));
  }

  /** Makes a code that an operator hands over; it replaces the one before. */
  public Future<String> mint(Handle handle) {
    checkNotClosed();
    String code = newCode();
    return IssueCodeScript.mint(link, handle, code, limits).map(issued -> code);
  }

  private Future<CodeState> state(Handle handle, CodeAsker asker, String origin) {
    return config.mode() == Mode.OPEN
        ? Future.succeededFuture(CodeState.FRESH)
        : CodeStateScript.run(link, handle, asker, origin, limits);
  }

  private Future<CodeState> send(Handle handle, CodeAsker asker, Transport transport) {
    if (config.mode() == Mode.OPEN) {
      return Future.succeededFuture(CodeState.FRESH);
    }
    String code = newCode();
    if (sender == CodeSender.NONE) {
      // Nothing is issued: it would take the place of a minted code, and reach nobody.
      return sender.send(handle, code, transport).map(CodeState.FRESH);
    }
    return IssueCodeScript.send(link, handle, asker, code, limits)
        .compose(
            state -> {
              if (state.status() == CodeState.Status.LIMITED) {
                throw limited(state.nextSendMs());
              }
              return sender
                  .send(handle, code, transport)
                  .transform(
                      sent ->
                          sent.succeeded()
                              ? Future.succeededFuture(state)
                              : Future.failedFuture(notSent(sent.cause(), state)));
            });
  }

  /** The send counts: nobody knows that it was in vain. So the next one has to wait as ever. */
  private Throwable notSent(Throwable cause, CodeState state) {
    if (!(cause instanceof GatewayException refusal)) {
      return cause;
    }
    long waitMs = state.nextSendMs() < 0 ? limits.windowMs() : state.nextSendMs();
    int seconds = Math.max(refusal.retryAfterSeconds(), (int) ((waitMs + 999) / 1_000));
    return new GatewayException(refusal.code(), refusal.detail(), seconds);
  }

  private Future<CodeState> check(Handle handle, CodeAsker asker, String origin, String code) {
    if (config.mode() == Mode.OPEN) {
      return Future.succeededFuture(new CodeState(CodeState.Status.RIGHT, -1, -1));
    }
    return CheckCodeScript.run(link, handle, asker, origin, code, limits)
        .map(
            state -> {
              if (state.status() == CodeState.Status.LIMITED) {
                throw limited(state.nextAttemptMs());
              }
              return state;
            });
  }

  private Future<VerificationSession> find(String id) {
    return load(id).map(found -> found.orElseThrow(Verification::noSuchSession));
  }

  private Future<Optional<VerificationSession>> load(String id) {
    String key = LookupKeys.verification(id);
    return link.send(key, Request.cmd(Command.GET, key))
        .map(
            reply ->
                Optional.ofNullable(reply)
                    .map(Replies::text)
                    .map(
                        text ->
                            VerificationSession.of(
                                id,
                                new Handle(text.substring(VERIFIED.length())),
                                text.startsWith(VERIFIED),
                                CodeState.OVER)));
  }

  private static String newCode() {
    return String.format(Locale.ROOT, "%06d", RANDOM.nextInt(CODES));
  }

  private void checkNotClosed() {
    if (config.mode() == Mode.CLOSED) {
      throw new GatewayException(ErrorCode.REGISTRATION_CLOSED, "this gateway takes nobody in");
    }
  }

  /** The window's end is not told: it is an hour away at most. */
  private GatewayException limited(long waitMs) {
    return GatewayException.rateLimited(
        "codes of this handle: too many", waitMs < 0 ? limits.windowMs() : waitMs);
  }

  private static GatewayException noSuchSession() {
    return new GatewayException(ErrorCode.NO_SUCH_SESSION, "no such session (any more)");
  }
}
