package io.restante.account;

import io.vertx.redis.client.Response;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the scripts about a code reply: {status, ms to the next send, ms to the next attempt}.
 *
 * @param nextSendMs -1 where none is sent any more
 * @param nextAttemptMs -1 where there is no code to attempt
 */
record CodeState(Status status, long nextSendMs, long nextAttemptMs) {
  /** How a step went. */
  enum Status {
    /** Nothing was to be done. */
    KNOWN,
    /** A code counts from now on. */
    ISSUED,
    /** Too early, or too often; nothing was done. */
    LIMITED,
    /** The code was right and is used up. */
    RIGHT,
    /** The code was wrong, and that counts. */
    WRONG,
    /** There is no code that could be right. */
    NONE
  }

  /** Before any code: one can be sent at once. */
  static final CodeState FRESH = new CodeState(Status.KNOWN, 0, 0);

  /** After verification: nothing is left to do. */
  static final CodeState OVER = new CodeState(Status.KNOWN, -1, -1);

  static CodeState of(@Nullable Response reply) {
    return new CodeState(
        Status.valueOf(Replies.text(reply, 0).toUpperCase(Locale.ROOT)),
        Replies.present(reply).get(1).toLong(),
        Replies.present(reply).get(2).toLong());
  }
}
