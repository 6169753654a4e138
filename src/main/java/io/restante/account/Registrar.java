package io.restante.account;

import io.restante.account.Unfinished.Task;
import io.restante.protocol.Handle;
import io.restante.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

/**
 * Registers accounts. A handle has one account at any time: whoever registers it again gets the
 * same ACI and PNI, and everything that belonged to the old installation goes. See {@code
 * RegistrationRun} for what holds when several register and delete at once, or stop half-way.
 */
public final class Registrar {
  private final RedisLink link;
  private final Revocations revocations;
  private final KeySignatures signatures;
  private final Unfinished unfinished;

  /** The registrar of one event loop. */
  public Registrar(Vertx vertx, RedisLink link, Revocations revocations) {
    this.link = link;
    this.revocations = revocations;
    this.signatures = new KeySignatures(vertx);
    this.unfinished = new Unfinished(link);
  }

  /**
   * Registers a handle that was verified. Fails with {@link
   * io.restante.protocol.ErrorCode#INVALID_SIGNATURE} where a key's signature is wrong; nothing is
   * changed then.
   */
  public Future<RegisteredAccount> register(Handle handle, NewDevice primary) {
    DeviceKeys keys = primary.keys();
    Future<Void> verified = keys == null ? Future.succeededFuture() : signatures.verify(keys);
    Task task = new Task.Registration(handle);
    return verified
        .compose(done -> unfinished.begin(task))
        .compose(begun -> new RegistrationRun(link, revocations, handle, primary).run())
        .compose(registered -> unfinished.end(task).map(registered));
  }
}
