package io.restante.prekey;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.restante.limit.LimitMeters;
import io.restante.limit.LimitsConfig;
import io.restante.limit.Rate;
import io.restante.limit.TakenTokens;
import io.restante.protocol.DeviceAddress;
import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.restante.protocol.Identity;
import io.restante.testing.RedisServerExtension;
import io.restante.testing.Seeded;
import java.io.PrintStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * The attack of <i>Prekey Pogo: Investigating Security and Privacy Issues in WhatsApp's Handshake
 * Mechanism</i> (WOOT 2025) on the claims of a gateway: somebody asks for a device's prekeys until
 * none are left, while its owner is away and honest senders come now and then. Store, limits and
 * Redis are the real ones, the time of the limits is simulated.
 */
final class DrainSimulation {
  /** Who attacks. */
  enum Attack {
    ONE_ACCOUNT("one account", 1),
    BOTNET("100 new accounts", 100),
    ADDRESSES("access key, 1,000 addresses", 1_000);

    private final String text;
    private final int attackers;

    Attack(String text, int attackers) {
      this.text = text;
      this.attackers = attackers;
    }
  }

  /**
   * What became of it.
   *
   * @param drainedMs when the attackers had emptied the pool but for its reserve; -1 for never
   * @param attackerKeys one-time keys that the attackers got
   * @param honest senders who came
   * @param honestKeys how many of them got a one-time key
   */
  record Outcome(
      Attack attack,
      boolean limited,
      long drainedMs,
      int attackerKeys,
      int honest,
      int honestKeys) {
    String row() {
      return "| %s | %s | %s | %d | %d of %d |"
          .formatted(
              attack.text,
              limited ? "on" : "off",
              drainedMs < 0 ? "not drained" : duration(drainedMs),
              attackerKeys,
              honestKeys,
              honest);
    }

    private static String duration(long ms) {
      return ms < 60_000
          ? String.format(Locale.ROOT, "%.1f s", ms / 1e3)
          : String.format(Locale.ROOT, "%.1f h", ms / 3.6e6);
    }
  }

  static final String HEAD =
      """
      | who drains | limits | pool empty after | keys the attackers got | honest with a key |
      |---|---|---|---|---|
      """;

  private static final int KEYS = 100;

  /** The paper's attacker got 100 keys in 10 seconds. */
  private static final long STEP_UNLIMITED_MS = 100;

  private static final long STEP_LIMITED_MS = 10_000;
  private static final long HONEST_PAUSE_MS = TimeUnit.MINUTES.toMillis(30);
  private static final long NEW_MS = TimeUnit.DAYS.toMillis(1);
  private static final long OLD_MS = TimeUnit.DAYS.toMillis(30);
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  /** The defaults of the reference configuration. */
  private static final LimitsConfig LIMITS =
      new LimitsConfig(
          true,
          Rate.perHour(10, 6),
          Rate.perHour(40, 30),
          Rate.perHour(120, 1_200),
          Rate.perHour(300, 3_600),
          Rate.perHour(60, 60),
          Rate.perHour(2_000, 2_000),
          Rate.perHour(200, 100),
          TimeUnit.DAYS.toMillis(7));

  private final PoolBed bed;
  private final PrekeyStore unlimited;
  private final Random random;
  private final long horizonMs;
  private PrekeyStore store;
  private int device;
  private long nowMs;

  /** A simulation of so many hours at most. */
  DrainSimulation(PoolBed bed, Random random, int hours) {
    this.bed = bed;
    // With the limits the reserve is off, too.
    this.unlimited =
        new RedisPrekeyStore(bed.link, PoolBed.CONFIG, bed.metrics, ClaimListener.NONE);
    this.store = bed.store;
    this.random = random;
    this.horizonMs = TimeUnit.HOURS.toMillis(hours);
  }

  /** Attacks a device with 100 fresh keys. */
  Outcome run(Attack attack, boolean limited) {
    device++;
    store = limited ? bed.store : unlimited;
    nowMs = 0;
    bed.addDevice(device);
    VerifiedUpload keys = bed.whole(bed.keys.ecs(device * 1_000, KEYS), List.of());
    bed.await(() -> store.upload(bed.device(device), Identity.ACI, keys));
    ClaimLimits limits = limited ? limits() : ClaimLimits.NONE;
    List<Claimant> attackers =
        IntStream.range(0, attack.attackers).mapToObj(i -> attacker(attack, i)).toList();
    long stepMs = limited ? STEP_LIMITED_MS : STEP_UNLIMITED_MS;
    long drainedMs = -1;
    int attackerKeys = 0;
    int honest = 0;
    int honestKeys = 0;
    long honestAtMs = pauseMs();
    while (nowMs < horizonMs) {
      if (drainedMs < 0 || limited) {
        attackerKeys += attack(attackers, limits, limited);
        if (drainedMs < 0 && isEmpty()) {
          drainedMs = nowMs;
        }
      }
      while (honestAtMs < nowMs + stepMs) {
        honest++;
        honestKeys += gets(sender(OLD_MS), limits) ? 1 : 0;
        honestAtMs += pauseMs();
      }
      // Without limits nothing more happens to an empty pool, until the next honest sender.
      nowMs = drainedMs >= 0 && !limited ? honestAtMs : nowMs + stepMs;
    }
    return new Outcome(attack, limited, drainedMs, attackerKeys, honest, honestKeys);
  }

  private ClaimLimits limits() {
    LimitMeters meters = new LimitMeters(new SimpleMeterRegistry());
    ClaimBudgets budgets =
        ClaimBudgets.of(
            LIMITS,
            meters,
            () -> TimeUnit.MILLISECONDS.toNanos(nowMs),
            () -> START.plusMillis(nowMs));
    // What Redis hears of is real time's, and there is but one gateway: it is told nothing.
    return new BudgetedClaims(budgets, TakenTokens.UNTOLD);
  }

  private long pauseMs() {
    return 1 + (long) (-Math.log(1 - random.nextDouble()) * HONEST_PAUSE_MS);
  }

  private Claimant attacker(Attack attack, int number) {
    return attack == Attack.ADDRESSES
        ? new Claimant.Anonymous(new byte[16], "10.0." + number / 250 + "." + number % 250)
        : sender(NEW_MS);
  }

  private Claimant sender(long ageMs) {
    UUID account = new UUID(random.nextLong(), random.nextLong());
    long createdMs = START.toEpochMilli() + nowMs - ageMs;
    return new Claimant.Device(new DeviceAddress(account, 1), createdMs);
  }

  /** Everyone tries until one of them is served without a key; how many keys they got. */
  private int attack(List<Claimant> attackers, ClaimLimits limits, boolean limited) {
    int keys = 0;
    List<Claimant> able = new ArrayList<>(attackers);
    while (!able.isEmpty()) {
      int next = random.nextInt(able.size());
      try {
        if (!gets(able.get(next), limits)) {
          return keys;
        }
        keys++;
        if (!limited) {
          return keys;
        }
      } catch (GatewayException refused) {
        if (refused.code() != ErrorCode.RATE_LIMITED) {
          throw refused;
        }
        able.remove(next);
      }
    }
    return keys;
  }

  private boolean gets(Claimant claimant, ClaimLimits limits) {
    Taker taker = new Taker(claimant, limits);
    ClaimResult result = bed.await(() -> store.claim(bed.target(device), taker));
    return PoolBed.ecKey(PoolBed.onlyDevice(result)) != null;
  }

  private boolean isEmpty() {
    return bed.waiting(device) == 0;
  }

  /** Prints the whole table. */
  static void print(PoolBed bed, Random random, int hours, PrintStream out) {
    out.print(HEAD);
    DrainSimulation simulation = new DrainSimulation(bed, random, hours);
    for (Attack attack : Attack.values()) {
      out.println(simulation.run(attack, false).row());
      out.println(simulation.run(attack, true).row());
    }
  }

  /** Simulates as many hours as the first argument says. */
  public static void main(String[] args) {
    int hours = Integer.parseInt(args[0]);
    try (RedisServerExtension redis = RedisServerExtension.started();
        PoolBed bed = new PoolBed(redis, PoolBed.WITH_RESERVE)) {
      Random random = Seeded.random("DrainSimulation");
      System.out.println(hours + " hours, an honest sender every 30 minutes, owner away:");
      print(bed, random, hours, System.out);
    }
  }
}
