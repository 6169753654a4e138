package io.restante.protocol;

import java.util.Locale;

/**
 * Every way a request can be refused: HTTP status, title, and the stable code that clients read.
 * The problem body follows RFC 9457; docs/errors.md lists them all.
 */
public enum ErrorCode {
  MALFORMED_JSON(400, "The body is not the JSON that is expected"),
  MALFORMED_BODY(400, "The body cannot be read"),
  MALFORMED_ID(400, "An id of the path cannot be read"),
  MALFORMED_QUERY(400, "A query parameter cannot be read"),
  MALFORMED_HEADER(400, "A header cannot be read"),
  INCOMPLETE_BODY(400, "The body ended early"),
  UNAUTHENTICATED(401, "Credentials are missing or wrong"),
  NOT_VERIFIED(401, "The registration session is missing or not verified"),
  FORBIDDEN(403, "Not allowed for this device"),
  WRONG_CREDENTIALS(403, "The credentials of the socket are wrong"),
  REGISTRATION_CLOSED(403, "Registration is closed"),
  WRONG_CODE(403, "The code is wrong or no longer valid"),
  NO_SUCH_ROUTE(404, "No such route"),
  NO_SUCH_ACCOUNT(404, "No such account"),
  NO_SUCH_DEVICE(404, "No such device"),
  NO_SUCH_KEY(404, "No such key"),
  NO_SUCH_POOL(404, "No such pool"),
  NO_SUCH_PROFILE(404, "No such profile"),
  NO_SUCH_SESSION(404, "No such registration session"),
  NO_SUCH_PROVISIONING(404, "Nobody waits at this provisioning address"),
  METHOD_NOT_ALLOWED(405, "The route does not take this method"),
  KEYS_DIFFER(409, "The keys differ from the digest"),
  LACKING_CAPABILITY(409, "The device lacks a capability that the account has"),
  TOO_MANY_DEVICES(411, "The account has all the devices it may have"),
  TOO_LARGE(413, "The request is too large"),
  UNSUPPORTED_MEDIA_TYPE(415, "The content type is not supported"),
  INVALID_FIELD(422, "A field has a value that is not allowed"),
  INVALID_SIGNATURE(422, "A signature does not verify"),
  IDEMPOTENCY_KEY_REUSED(422, "The idempotency key was used for another request"),
  RATE_LIMITED(429, "Too many requests"),
  /** A defect of the gateway: nothing that a client sends may lead here. */
  INTERNAL(500, "The gateway failed"),
  REDIS_UNAVAILABLE(503, "The store cannot be reached"),
  OVERLOADED(503, "The gateway has too much to do"),
  CODE_NOT_SENT(503, "The code could not be handed over for delivery"),
  DRAINING(503, "This gateway is shutting down"),
  MAILBOX_FULL(507, "The mailbox is full");

  private final int status;
  private final String title;
  private final String code;

  ErrorCode(int status, String title) {
    this.status = status;
    this.title = title;
    this.code = name().toLowerCase(Locale.ROOT);
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  /** One sentence for people. */
  public String title() {
    return title;
  }

  /** The stable name for programs, such as {@code invalid_field}. */
  public String code() {
    return code;
  }
}
