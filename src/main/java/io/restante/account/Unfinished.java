package io.restante.account;

import io.restante.protocol.Handle;
import io.restante.redis.DueQueue;
import io.restante.redis.LookupKeys;
import io.restante.redis.RedisLink;
import io.vertx.core.Future;
import java.util.List;
import java.util.UUID;

/**
 * Registrations and deletions that were begun, written down before their first step and taken away
 * after their last: what is found here after its time was left by a gateway that died.
 */
final class Unfinished {
  private static final String REGISTRATION = "registration ";
  private static final String DELETION = "deletion ";

  /** Longer than a settled PNI waits for its account, after which none can be written. */
  static final long REGISTRATION_MS = 15 * 60_000L;

  /** Longer than any deletion takes. */
  static final long DELETION_MS = 60_000;

  private final DueQueue queue;

  Unfinished(RedisLink link) {
    this.queue = new DueQueue(link);
  }

  /** Something to be put in order. */
  sealed interface Task {
    /** Of this handle. */
    record Registration(Handle handle) implements Task {
      @Override
      public String toString() {
        return "Registration";
      }
    }

    /** Of this account. */
    record AccountDeletion(UUID aci) implements Task {
      @Override
      public String toString() {
        return "AccountDeletion";
      }
    }

    /** As it stands in Redis. */
    default String text() {
      return this instanceof Registration registration
          ? REGISTRATION + registration.handle().text()
          : DELETION + ((AccountDeletion) this).aci();
    }

    /**
     * Of {@link #text}.
     *
     * @throws RuntimeException where it is none
     */
    static Task parse(String text) {
      if (text.startsWith(REGISTRATION)) {
        return new Registration(new Handle(text.substring(REGISTRATION.length())));
      } else if (text.startsWith(DELETION)) {
        return new AccountDeletion(UUID.fromString(text.substring(DELETION.length())));
      }
      throw new IllegalArgumentException("task of " + text.length() + " characters");
    }
  }

  /** Writes it down. */
  Future<Void> begin(Task task) {
    long afterMs = task instanceof Task.Registration ? REGISTRATION_MS : DELETION_MS;
    return queue.owe(LookupKeys.unfinished(), List.of(task.text()), afterMs).mapEmpty();
  }

  /** It is finished. Does not fail: where this is lost, it will be looked at in vain. */
  Future<Void> end(Task task) {
    return queue
        .settle(LookupKeys.unfinished(), List.of(task.text()))
        .<Void>mapEmpty()
        .otherwiseEmpty();
  }

  /** The texts of those whose time is over, for as long as the lease. */
  Future<List<String>> claim(int countMax, int leaseMs) {
    return queue
        .claim(LookupKeys.unfinished(), countMax, leaseMs)
        .map(claim -> claim.claimed().stream().map(DueQueue.Claimed::task).toList());
  }
}
