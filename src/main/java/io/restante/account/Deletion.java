package io.restante.account;

import io.restante.protocol.Handle;
import io.restante.redis.AccountKeys;
import io.restante.redis.LookupKeys;
import io.restante.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One deletion of an account, step by step. Each step is one command in one slot. A deletion that
 * ends early is finished by whoever deletes again, or by the next registration of the handle: until
 * the look-ups are released a tombstone in the account's slot names them.
 */
final class Deletion {
  /** How long a tombstone waits for somebody to finish the deletion. */
  static final int TOMBSTONE_SECONDS = 90 * 24 * 60 * 60;

  /** What comes next. */
  enum Stage {
    DELETE,
    RELEASE_PNI,
    /** Only then: the handle is what leads the next registration to the tombstone. */
    RELEASE_HANDLE,
    BURY,
    DONE
  }

  private final RedisLink link;
  private final Revocations revocations;
  private final UUID aci;
  private Stage stage = Stage.DELETE;
  private @Nullable Handle handle;
  private @Nullable UUID pni;

  Deletion(RedisLink link, Revocations revocations, UUID aci) {
    this.link = link;
    this.revocations = revocations;
    this.aci = aci;
  }

  /** A deletion that somebody began: its tombstone was met. */
  static Deletion ofTombstone(
      RedisLink link, Revocations revocations, UUID aci, LookupNames tombstone) {
    Deletion deletion = new Deletion(link, revocations, aci);
    deletion.begun(tombstone);
    return deletion;
  }

  /**
   * Finishes the deletion of an account where one was begun: where there is a tombstone. An account
   * that is still there was to be deleted by somebody who never got to the first step.
   */
  static Future<Boolean> resume(RedisLink link, Revocations revocations, UUID aci) {
    String key = AccountKeys.of(aci).account();
    return link.send(key, Request.cmd(Command.HMGET, key, "gone", "pni", "handle"))
        .compose(
            found ->
                Replies.at(found, 0).isEmpty()
                    ? Future.succeededFuture(true)
                    : ofTombstone(link, revocations, aci, tombstone(found)).run().map(true));
  }

  private static LookupNames tombstone(@Nullable Response found) {
    String pni = Replies.text(found, 1);
    return new LookupNames(
        LookupNames.Status.GONE,
        pni.isEmpty() ? null : UUID.fromString(pni),
        new Handle(Replies.text(found, 2)));
  }

  Stage stage() {
    return stage;
  }

  /** Runs all steps that are left. */
  Future<Void> run() {
    return stage == Stage.DONE ? Future.succeededFuture() : step().compose(done -> run());
  }

  /** Runs the next step. */
  Future<Void> step() {
    return switch (stage) {
      case DELETE -> DeleteScript.run(link, aci, TOMBSTONE_SECONDS).map(this::begun);
      case RELEASE_HANDLE ->
          (handle == null
                  ? Future.succeededFuture(false)
                  : ReleaseScript.run(link, LookupKeys.handle(handle), aci))
              .map(released -> next(Stage.BURY));
      case RELEASE_PNI ->
          (pni == null
                  ? Future.succeededFuture(false)
                  : ReleaseScript.run(link, LookupKeys.pni(pni), aci))
              .map(released -> next(Stage.RELEASE_HANDLE));
      case BURY -> BuryScript.run(link, aci).map(buried -> next(Stage.DONE));
      case DONE -> Future.succeededFuture();
    };
  }

  private @Nullable Void begun(LookupNames names) {
    revocations.revoked(aci);
    handle = names.handle();
    pni = names.pni();
    return next(names.status() == LookupNames.Status.MISSING ? Stage.DONE : Stage.RELEASE_PNI);
  }

  private @Nullable Void next(Stage next) {
    stage = next;
    return null;
  }
}
