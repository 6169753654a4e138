package io.restante.account;

import io.restante.protocol.GatewayException;
import io.restante.protocol.Handle;
import io.restante.redis.LookupKeys;
import io.restante.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One registration of a handle, step by step. Each step is one command in one slot, and a
 * registration may end for ever after any of them.
 *
 * <p>What keeps a handle from having two accounts, or one that cannot be reached: the look-up of a
 * handle is set to an ACI only together with its invention, so an ACI whose look-up was released
 * never gets it again. The PNI is settled in the account's slot <em>before</em> the look-up is
 * confirmed, and an account is written only while that PNI is still settled; a deletion unsettles
 * it before it releases the look-up. So at the moment in which an account is written, its handle's
 * look-up names it.
 */
final class RegistrationRun {
  /** How long a settled PNI waits for its account. */
  static final int PENDING_SECONDS = 600;

  /** How long the look-up of a settled PNI waits for its account: longer than the PNI itself. */
  static final int PNI_LOOKUP_PENDING_SECONDS = 24 * 60 * 60;

  /** How often a registration begins again when others of the handle get in its way. */
  private static final int ROUNDS_MAX = 16;

  private static final String TOKEN_BEFORE = ".";

  /** What comes next. */
  enum Stage {
    LOOK_UP,
    SETTLE,
    CONFIRM,
    CLAIM_PNI,
    WRITE,
    KEEP_PNI,
    /** Finish a deletion whose tombstone was met. */
    FINISH_DELETION,
    DONE
  }

  private final RedisLink link;
  private final Revocations revocations;
  private final Handle handle;
  private final NewDevice primary;
  private Stage stage = Stage.LOOK_UP;
  private UUID aci = UUID.randomUUID();
  private UUID pni = UUID.randomUUID();
  private String claimed = "";
  private int rounds;
  private @Nullable Deletion deletion;

  RegistrationRun(RedisLink link, Revocations revocations, Handle handle, NewDevice primary) {
    this.link = link;
    this.revocations = revocations;
    this.handle = handle;
    this.primary = primary;
  }

  Stage stage() {
    return stage;
  }

  /** Runs all steps that are left. */
  Future<RegisteredAccount> run() {
    return stage == Stage.DONE
        ? Future.succeededFuture(new RegisteredAccount(aci, pni, handle))
        : step().compose(done -> run());
  }

  /** Runs the next step. */
  Future<Void> step() {
    return switch (stage) {
      case LOOK_UP -> lookUp();
      case SETTLE -> SettleScript.run(link, aci, pni, PENDING_SECONDS).map(this::settled);
      case CONFIRM -> confirm();
      case CLAIM_PNI -> claimPni();
      case WRITE -> RegisterScript.run(link, aci, pni, handle, primary).map(this::written);
      case KEEP_PNI -> keepPni();
      case FINISH_DELETION -> finishDeletion();
      case DONE -> Future.succeededFuture();
    };
  }

  /** Takes the handle for a new ACI, or adopts the ACI that has it. */
  private Future<Void> lookUp() {
    if (++rounds > ROUNDS_MAX) {
      return Future.failedFuture(
          GatewayException.redisUnavailable("others register and delete this handle all the time"));
    }
    UUID candidate = UUID.randomUUID();
    String key = LookupKeys.handle(handle);
    return link.send(key, Request.cmd(Command.SET, key, candidate.toString(), "NX", "GET"))
        .map(
            winner -> {
              aci = winner == null ? candidate : UUID.fromString(Replies.text(winner));
              pni = UUID.randomUUID();
              return next(Stage.SETTLE);
            });
  }

  private @Nullable Void settled(LookupNames names) {
    if (names.status() == LookupNames.Status.GONE) {
      return meetTombstone(names);
    }
    pni = settledPni(names);
    return next(Stage.CONFIRM);
  }

  /** Only reads: a look-up that was released must not come back. */
  private Future<Void> confirm() {
    String key = LookupKeys.handle(handle);
    return link.send(key, Request.cmd(Command.GET, key))
        .map(owner -> next(names(owner, aci) ? Stage.CLAIM_PNI : Stage.LOOK_UP));
  }

  /** The token tells this claim from a later one of the same PNI, after a deletion. */
  private Future<Void> claimPni() {
    String key = LookupKeys.pni(pni);
    String mine = aci + TOKEN_BEFORE + UUID.randomUUID();
    Request claim =
        Request.cmd(Command.SET, key, mine, "NX", "GET", "EX", PNI_LOOKUP_PENDING_SECONDS);
    return link.send(key, claim)
        .map(
            owner -> {
              if (owner != null && !names(owner, aci)) {
                throw new IllegalStateException("a PNI was invented twice");
              }
              claimed = owner == null ? mine : Replies.text(owner);
              return next(Stage.WRITE);
            });
  }

  private @Nullable Void written(LookupNames names) {
    return switch (names.status()) {
      case REGISTERED -> {
        revocations.revoked(aci);
        yield next(Stage.KEEP_PNI);
      }
      case GONE -> meetTombstone(names);
      default -> next(Stage.LOOK_UP);
    };
  }

  private Future<Void> keepPni() {
    return claimed.contains(TOKEN_BEFORE)
        ? KeepScript.run(link, pni, claimed, aci).map(kept -> next(Stage.DONE))
        : Future.succeededFuture(next(Stage.DONE));
  }

  private @Nullable Void meetTombstone(LookupNames tombstone) {
    deletion = Deletion.ofTombstone(link, revocations, aci, tombstone);
    return next(Stage.FINISH_DELETION);
  }

  private Future<Void> finishDeletion() {
    Deletion met = deletion;
    if (met == null) {
      throw new IllegalStateException("no tombstone was met");
    }
    return met.step().map(done -> next(met.stage() == Deletion.Stage.DONE ? Stage.LOOK_UP : stage));
  }

  private @Nullable Void next(Stage next) {
    stage = next;
    return null;
  }

  private static UUID settledPni(LookupNames names) {
    UUID settled = names.pni();
    if (settled == null) {
      throw new IllegalStateException("settled: no PNI (expected: one)");
    }
    return settled;
  }

  private static boolean names(@Nullable Response lookup, UUID aci) {
    return lookup != null && Replies.text(lookup).startsWith(aci.toString());
  }
}
