package io.restante.account;

import io.restante.protocol.Handle;
import io.vertx.redis.client.Response;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the scripts of an account's life reply: {status, PNI, handle}.
 *
 * @param pni null where the reply has none
 * @param handle null where the reply has none
 */
record LookupNames(Status status, @Nullable UUID pni, @Nullable Handle handle) {
  /** How a step went. */
  enum Status {
    /** The PNI is settled, for an account that is there or pending. */
    SETTLED,
    /** The registration is written. */
    REGISTERED,
    /** The settled PNI is another one by now. */
    CHANGED,
    /** The account is deleted, in this step. */
    DELETED,
    /** A tombstone is there. */
    GONE,
    /** There is no such account. */
    MISSING
  }

  static LookupNames of(@Nullable Response reply) {
    String pni = Replies.text(reply, 1);
    String handle = Replies.text(reply, 2);
    return new LookupNames(
        Status.valueOf(Replies.text(reply, 0).toUpperCase(Locale.ROOT)),
        pni.isEmpty() ? null : UUID.fromString(pni),
        handle.isEmpty() ? null : new Handle(handle));
  }

  @Override
  public String toString() {
    return "LookupNames[" + status + "]";
  }
}
