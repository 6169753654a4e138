package io.restante.account;

import io.restante.protocol.Handle;
import io.restante.redis.LookupKeys;
import io.restante.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Puts in order what a registration left that ended half-way, step by step: an account that was
 * written gets the lasting look-up of its PNI, one that never was is given up, and a tombstone is
 * finished. Each step is one command in one slot; others may register and delete meanwhile.
 */
final class RegistrationCleanup {
  /** What comes next. */
  enum Stage {
    LOOK_UP,
    JUDGE,
    READ_PNI,
    KEEP_PNI,
    FINISH_DELETION,
    /** A registration is under way: there is nothing to be done yet. */
    TOO_EARLY,
    DONE
  }

  private final RedisLink link;
  private final Revocations revocations;
  private final Handle handle;
  private Stage stage = Stage.LOOK_UP;
  private UUID aci = new UUID(0, 0);
  private UUID pni = new UUID(0, 0);
  private String claimed = "";
  private @Nullable Deletion deletion;

  RegistrationCleanup(RedisLink link, Revocations revocations, Handle handle) {
    this.link = link;
    this.revocations = revocations;
    this.handle = handle;
  }

  Stage stage() {
    return stage;
  }

  /** Runs all steps that are left; whether it is done, and not too early. */
  Future<Boolean> run() {
    return stage == Stage.DONE || stage == Stage.TOO_EARLY
        ? Future.succeededFuture(stage == Stage.DONE)
        : step().compose(done -> run());
  }

  /** Runs the next step. */
  Future<Void> step() {
    return switch (stage) {
      case LOOK_UP -> lookUp();
      case JUDGE -> AbandonScript.run(link, aci, handle).map(this::judged);
      case READ_PNI -> readPni();
      case KEEP_PNI -> keepPni();
      case FINISH_DELETION -> finishDeletion();
      case TOO_EARLY, DONE -> Future.succeededFuture();
    };
  }

  private Future<Void> lookUp() {
    String key = LookupKeys.handle(handle);
    return link.send(key, Request.cmd(Command.GET, key))
        .map(
            owner -> {
              if (owner != null) {
                aci = UUID.fromString(Replies.text(owner));
              }
              return next(owner == null ? Stage.DONE : Stage.JUDGE);
            });
  }

  private @Nullable Void judged(LookupNames names) {
    UUID named = names.pni();
    return switch (names.status()) {
      case REGISTERED -> {
        pni = named == null ? pni : named;
        yield next(Stage.READ_PNI);
      }
      case SETTLED -> next(Stage.TOO_EARLY);
      default -> {
        deletion = Deletion.ofTombstone(link, revocations, aci, names);
        yield next(Stage.FINISH_DELETION);
      }
    };
  }

  private Future<Void> readPni() {
    String key = LookupKeys.pni(pni);
    return link.send(key, Request.cmd(Command.GET, key))
        .map(
            owner -> {
              claimed = owner == null ? "" : Replies.text(owner);
              // A claim has a token behind the ACI; without one it lasts already.
              boolean pending = claimed.startsWith(aci.toString()) && claimed.length() > 36;
              return next(pending ? Stage.KEEP_PNI : Stage.DONE);
            });
  }

  private Future<Void> keepPni() {
    return KeepScript.run(link, pni, claimed, aci).map(kept -> next(Stage.DONE));
  }

  private Future<Void> finishDeletion() {
    Deletion met = deletion;
    if (met == null) {
      throw new IllegalStateException("no tombstone was met");
    }
    return met.step().map(done -> next(met.stage() == Deletion.Stage.DONE ? Stage.DONE : stage));
  }

  private @Nullable Void next(Stage next) {
    stage = next;
    return null;
  }
}
