package io.restante.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.testing.EventLoop;
import io.restante.testing.RedisServerExtension;
import io.restante.testing.Seeded;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Registrations and deletions of one handle, from several gateways, ended after any step. */
class RegistrationRacesIT {
  private static final String HANDLE_KEY = "handle:" + AccountBed.HANDLE.text();
  private static final int SCHEDULES = Seeded.rounds(400);

  /** So many of four orders of steps are tried: all of them on one Redis. */
  private static final int ORDERS_OF_FOUR = Seeded.rounds(4);

  @RegisterExtension static final RedisServerExtension redis = new RedisServerExtension();

  private final AccountBed one = new AccountBed(redis);
  private final AccountBed other = new AccountBed(redis);

  @AfterEach
  void close() {
    one.close();
    other.close();
  }

  private static RegistrationRun registration(AccountBed gateway) {
    return new RegistrationRun(
        gateway.link,
        gateway.revocations,
        AccountBed.HANDLE,
        AccountBed.device(AccountBed.PASSWORD));
  }

  /** Runs the next step; false once there is none. */
  private static boolean step(AccountBed gateway, RegistrationRun run) {
    gateway.await(run::step);
    return run.stage() != RegistrationRun.Stage.DONE;
  }

  private static boolean step(AccountBed gateway, Deletion run) {
    gateway.await(run::step);
    return run.stage() != Deletion.Stage.DONE;
  }

  /** ACIs of the accounts that are there; tombstones and pending ones are not. */
  private List<String> accounts() {
    List<String> there = new ArrayList<>();
    for (String key : one.keys("*:account")) {
      if (one.hash(key).containsKey("created")) {
        there.add(key.substring(1, key.indexOf('}')));
      }
    }
    return there;
  }

  /** Never two accounts for a handle, and none that its handle does not lead to. */
  private void assertWhole() {
    List<String> accounts = accounts();
    assertTrue(accounts.size() <= 1, "accounts of one handle: " + accounts.size());
    if (!accounts.isEmpty()) {
      assertEquals(accounts.get(0), one.command("GET", HANDLE_KEY));
      String pni = one.hash("{" + accounts.get(0) + "}:account").get("pni");
      Object lookup = one.command("GET", "pni:" + pni);
      assertTrue(String.valueOf(lookup).startsWith(accounts.get(0)));
    }
  }

  /** Never a dead handle: whoever registers next gets an account that can be reached. */
  private RegisteredAccount assertRegisters() {
    RegisteredAccount account = other.register(AccountBed.device("the last password"));
    assertWhole();
    assertEquals(List.of(account.aci().toString()), accounts());
    assertEquals(-1L, other.command("TTL", "pni:" + account.pni()));
    assertEquals(-1L, other.command("TTL", "{" + account.aci() + "}:account"));
    assertNotNull(other.login(AccountBed.HANDLE.text(), "the last password"));
    return account;
  }

  /** Nothing but what ended runs leave for a while: pending names and tombstones. */
  private void assertNothingLeft(RegisteredAccount account) {
    other.await(() -> other.accounts.delete(account.aci()));
    assertEquals(0L, other.command("EXISTS", HANDLE_KEY));
    for (String key : other.keys("*")) {
      assertNotEquals(-1L, other.command("TTL", key), "stays for ever");
    }
  }

  @Test
  void aRegistrationThatEndsAfterAnyStepIsTakenUpByTheNext() {
    for (int steps = 0; ; steps++) {
      one.command("FLUSHALL");
      RegistrationRun ended = registration(one);
      boolean more = true;
      for (int i = 0; i < steps && more; i++) {
        more = step(one, ended);
      }
      String aci = (String) one.command("GET", HANDLE_KEY);
      assertWhole();
      RegisteredAccount account = assertRegisters();
      if (aci != null) {
        assertEquals(aci, account.aci().toString());
      }
      assertNothingLeft(account);
      if (!more) {
        assertEquals(6, steps);
        return;
      }
    }
  }

  @Test
  void aDeletionThatEndsAfterAnyStepIsFinishedByTheNextRegistration() {
    for (int steps = 1; ; steps++) {
      one.command("FLUSHALL");
      RegisteredAccount first = one.register(AccountBed.device(AccountBed.PASSWORD));
      Deletion ended = new Deletion(one.link, one.revocations, first.aci());
      boolean more = true;
      for (int i = 0; i < steps && more; i++) {
        more = step(one, ended);
      }
      assertNull(one.login(first.aci().toString(), AccountBed.PASSWORD));
      assertEquals(List.of(), accounts());
      RegisteredAccount account = assertRegisters();
      assertNotEquals(first.aci(), account.aci());
      assertNotEquals(first.pni(), account.pni());
      assertNothingLeft(account);
      if (!more) {
        assertEquals(4, steps);
        return;
      }
    }
  }

  @Test
  void aDeletionThatEndsAfterAnyStepIsFinishedByTheNextDeletion() {
    for (int steps = 1; steps < 4; steps++) {
      one.command("FLUSHALL");
      RegisteredAccount account = one.register(AccountBed.device(AccountBed.PASSWORD));
      Deletion ended = new Deletion(one.link, one.revocations, account.aci());
      for (int i = 0; i < steps; i++) {
        step(one, ended);
      }
      other.await(() -> other.accounts.delete(account.aci()));
      assertEquals(List.of(), one.keys("*"));
    }
  }

  @Test
  void twoRegistrationsAtOnceGetOneAccountHoweverTheirStepsFall() {
    Random random = Seeded.random("orders");
    // Every way in which the six steps of one fall among the six of the other.
    for (int order = 0; order < 1 << 12; order++) {
      if (Integer.bitCount(order) != 6 || isLeftOut(random)) {
        continue;
      }
      one.command("FLUSHALL");
      RegistrationRun first = registration(one);
      RegistrationRun second = registration(other);
      for (int i = 0; i < 12; i++) {
        if ((order >> i & 1) == 0) {
          step(one, first);
        } else {
          step(other, second);
        }
      }
      RegisteredAccount mine = one.await(first::run);
      RegisteredAccount theirs = other.await(second::run);
      assertEquals(mine, theirs);
      assertEquals(List.of(mine.aci().toString()), accounts());
      // Two look-ups, account, devices, device, and keys of both identities.
      assertEquals(7, one.keys("*").size());
    }
  }

  @Test
  void manyRegistrationsAtOnceGetOneAccount() {
    List<Future<RegisteredAccount>> all = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      AccountBed gateway = i % 2 == 0 ? one : other;
      all.add(
          gateway.loop.call(
              () ->
                  gateway.registrar.register(
                      AccountBed.HANDLE, AccountBed.device(AccountBed.PASSWORD))));
    }
    List<UUID> acis = new ArrayList<>();
    for (Future<RegisteredAccount> registered : all) {
      acis.add(EventLoop.result(registered).aci());
    }
    assertEquals(1, acis.stream().distinct().count());
    assertWhole();
  }

  @Test
  void noScheduleOfRegistrationsAndDeletionsMakesTwoAccountsOrADeadHandle() {
    Random random = Seeded.random("schedules");
    for (int i = 0; i < SCHEDULES; i++) {
      one.command("FLUSHALL");
      List<BooleanSupplier> runs = runs(random);
      while (!runs.isEmpty()) {
        int pick = random.nextInt(runs.size());
        boolean ends = random.nextInt(12) == 0;
        if (ends || !runs.get(pick).getAsBoolean()) {
          runs.remove(pick);
        }
        assertWholeAtAnyMoment();
      }
      RegisteredAccount account = assertRegisters();
      assertNothingLeft(account);
    }
  }

  /**
   * A registration ended after its first step and another adopts its ACI, while a janitor gives it
   * up; and at some moment the time of what is pending is over, or never.
   */
  @Test
  void aJanitorGetsInNobodysWayHoweverTheirStepsFall() {
    Random random = Seeded.random("expiry");
    for (int order = 0; order < 1 << 11; order++) {
      for (int expiresAt : List.of(random.nextInt(11), 11)) {
        if (Integer.bitCount(order) != 5 || isLeftOut(random)) {
          continue;
        }
        one.command("FLUSHALL");
        step(one, registration(one));
        RegistrationRun late = registration(other);
        RegistrationCleanup cleanup =
            new RegistrationCleanup(one.link, one.revocations, AccountBed.HANDLE);
        for (int i = 0; i < 11; i++) {
          if (i == expiresAt) {
            expirePending();
          }
          if ((order >> i & 1) == 0) {
            step(other, late);
          } else {
            one.await(cleanup::step);
          }
          assertWholeAtAnyMoment();
        }
        one.await(cleanup::run);
        RegisteredAccount account = other.await(late::run);
        assertEquals(List.of(account.aci().toString()), accounts());
        assertWhole();
      }
    }
  }

  private static boolean isLeftOut(Random random) {
    return random.nextInt(4) >= ORDERS_OF_FOUR;
  }

  private void expirePending() {
    for (String key : one.keys("*:account")) {
      if (one.hash(key).containsKey("pending")) {
        one.command("DEL", key);
      }
    }
  }

  /** Up to three registrations and two deletions of whatever account the handle has by then. */
  private List<BooleanSupplier> runs(Random random) {
    List<BooleanSupplier> runs = new ArrayList<>();
    for (int i = 0; i <= 1 + random.nextInt(2); i++) {
      AccountBed gateway = i % 2 == 0 ? one : other;
      RegistrationRun run = registration(gateway);
      runs.add(() -> step(gateway, run));
    }
    if (random.nextBoolean()) {
      one.register(AccountBed.device(AccountBed.PASSWORD));
    }
    for (int i = 0; i <= random.nextInt(2); i++) {
      AccountBed gateway = i % 2 == 0 ? other : one;
      Deletion[] run = new Deletion[1];
      runs.add(
          () -> {
            if (run[0] == null) {
              String aci = (String) one.command("GET", HANDLE_KEY);
              if (aci == null) {
                return true;
              }
              run[0] = new Deletion(gateway.link, gateway.revocations, UUID.fromString(aci));
            }
            return step(gateway, run[0]);
          });
    }
    return runs;
  }

  /** At any moment: an account's own handle names it, be its PNI kept yet or not. */
  private void assertWholeAtAnyMoment() {
    List<String> accounts = accounts();
    assertTrue(accounts.size() <= 1, "accounts of one handle: " + accounts.size());
    for (String aci : accounts) {
      Map<String, String> account = one.hash("{" + aci + "}:account");
      assertEquals(aci, one.command("GET", HANDLE_KEY));
      Object lookup = one.command("GET", "pni:" + account.get("pni"));
      assertTrue(String.valueOf(lookup).startsWith(aci));
    }
  }
}
