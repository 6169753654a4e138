package io.restante.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.restante.account.Unfinished.Task;
import io.restante.redis.LookupKeys;
import io.restante.testing.RedisServerExtension;
import io.restante.testing.Seeded;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Nothing that a gateway left half-way stays for ever. */
class JanitorIT {
  private static final String HANDLE_KEY = LookupKeys.handle(AccountBed.HANDLE);
  private static final int REGISTRATION_STEPS = 6;
  private static final int DELETION_STEPS = 4;

  @RegisterExtension static final RedisServerExtension redis = new RedisServerExtension();

  private final AccountBed dead = new AccountBed(redis);
  private final AccountBed alive = new AccountBed(redis);
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Janitor janitor = new Janitor(alive.link, alive.revocations, meters);

  @AfterEach
  void close() {
    dead.close();
    alive.close();
  }

  /** A gateway that dies after so many steps; answers whether it got to the end. */
  private void register(int steps) {
    dead.await(() -> new Unfinished(dead.link).begin(new Task.Registration(AccountBed.HANDLE)));
    RegistrationRun run =
        new RegistrationRun(
            dead.link, dead.revocations, AccountBed.HANDLE, AccountBed.device(AccountBed.PASSWORD));
    for (int i = 0; i < steps; i++) {
      dead.await(run::step);
    }
  }

  private void delete(UUID aci, int steps) {
    dead.await(() -> new Unfinished(dead.link).begin(new Task.AccountDeletion(aci)));
    Deletion run = new Deletion(dead.link, dead.revocations, aci);
    for (int i = 0; i < steps; i++) {
      dead.await(run::step);
    }
  }

  /** As if the time of all that was begun were over. */
  private void passTime() {
    for (Object task : dead.items(dead.command("ZRANGE", LookupKeys.unfinished(), 0, -1))) {
      dead.command("ZADD", LookupKeys.unfinished(), 0, task);
    }
    for (String key : dead.keys("*:account")) {
      if (dead.hash(key).containsKey("pending")) {
        dead.command("DEL", key);
      }
    }
  }

  private int round() {
    return alive.await(janitor::round);
  }

  private void assertEverythingEnds() {
    for (String key : dead.keys("*")) {
      assertNotEquals(-1L, dead.command("TTL", key), key + " stays for ever");
    }
  }

  @Test
  void whatADeadRegistrationLeftIsPutInOrder() {
    for (int steps = 0; steps <= REGISTRATION_STEPS; steps++) {
      dead.command("FLUSHALL");
      register(steps);
      assertEquals(0, round(), "before its time");
      passTime();
      assertEquals(1, round());
      assertEquals(0, round());
      if (steps < REGISTRATION_STEPS - 1) {
        assertEquals(0L, dead.command("EXISTS", HANDLE_KEY));
        assertEverythingEnds();
      } else {
        alive.later(Duration.ofHours(1));
        Caller caller = alive.login(AccountBed.HANDLE.text(), AccountBed.PASSWORD);
        assertNotNull(caller);
        String pni = dead.hash("{" + caller.aci() + "}:account").get("pni");
        assertEquals(caller.aci().toString(), dead.command("GET", "pni:" + pni));
        assertEquals(-1L, dead.command("TTL", "pni:" + pni));
      }
    }
    assertEquals(REGISTRATION_STEPS + 1, meters.counter("restante.unfinished.tidied").count());
  }

  @Test
  void aRegistrationUnderWayIsLeftAlone() {
    register(2);
    dead.command("ZADD", LookupKeys.unfinished(), 0, "registration " + AccountBed.HANDLE.text());
    assertEquals(0, round());
    assertEquals(1L, dead.command("EXISTS", HANDLE_KEY));
    assertEquals(1L, dead.command("ZCARD", LookupKeys.unfinished()));
  }

  @Test
  void whatAlwaysFailsHoldsUpNothingBehindIt() {
    UUID aci = alive.register(AccountBed.device(AccountBed.PASSWORD)).aci();
    delete(aci, 1);
    passTime();
    UUID broken = UUID.randomUUID();
    dead.command("SET", "{" + broken + "}:account", "not a hash");
    for (String task : List.of("deletion " + broken, "deletion of nobody", "something else")) {
      dead.command("ZADD", LookupKeys.unfinished(), -1, task);
    }
    assertEquals(1, round());
    assertEquals(3, meters.counter("restante.unfinished.failed").count());
    assertEquals(3L, dead.command("ZCARD", LookupKeys.unfinished()));
    assertEquals(0, round(), "they wait for the end of their lease");
  }

  @Test
  void whatADeadDeletionLeftIsFinished() {
    for (int steps = 1; steps <= DELETION_STEPS; steps++) {
      dead.command("FLUSHALL");
      UUID aci = alive.register(AccountBed.device(AccountBed.PASSWORD)).aci();
      delete(aci, steps);
      passTime();
      assertEquals(1, round());
      assertEquals(List.of(), dead.keys("*"));
    }
  }

  @Test
  void aDeletionThatNeverBeganDeletesNothing() {
    UUID aci = alive.register(AccountBed.device(AccountBed.PASSWORD)).aci();
    delete(aci, 0);
    passTime();
    assertEquals(1, round());
    assertNotNull(alive.login(aci.toString(), AccountBed.PASSWORD));
    assertEquals(0L, dead.command("EXISTS", LookupKeys.unfinished()));
  }

  @Test
  void whatIsFinishedLeavesNoTask() {
    UUID aci = alive.register(AccountBed.device(AccountBed.PASSWORD)).aci();
    assertEquals(0L, dead.command("EXISTS", LookupKeys.unfinished()));
    alive.await(() -> alive.accounts.delete(aci));
    assertEquals(List.of(), dead.keys("*"));
  }

  @Test
  void aHistoryOfDeathsLeavesNothingForEver() {
    Random random = Seeded.random("deaths");
    for (int i = 0; i < 60; i++) {
      register(random.nextInt(REGISTRATION_STEPS + 1));
      Object aci = dead.command("GET", HANDLE_KEY);
      if (aci != null && random.nextBoolean()) {
        delete(UUID.fromString(aci.toString()), random.nextInt(DELETION_STEPS + 1));
      }
      if (random.nextInt(4) == 0) {
        passTime();
        round();
      }
    }
    passTime();
    round();
    Object aci = dead.command("GET", HANDLE_KEY);
    if (aci != null) {
      alive.await(() -> alive.accounts.delete(UUID.fromString(aci.toString())));
    }
    assertEverythingEnds();
  }
}
