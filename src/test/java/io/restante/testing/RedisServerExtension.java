package io.restante.testing;

import io.restante.redis.RedisConfig;
import io.restante.redis.RedisConfig.Durability;
import io.restante.redis.RedisConfig.Mode;
import io.restante.redis.RedisUrl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * Redis for a test class, emptied before each test, in the mode of this run (see {@link
 * TestRedis#MODE}). A single Redis is the class's own; Sentinels and a cluster are started once and
 * shared by all classes of the JVM.
 *
 * <pre>{@code
 * @RegisterExtension static final RedisServerExtension redis = new RedisServerExtension();
 * }</pre>
 */
public final class RedisServerExtension
    implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback, AutoCloseable {
  /** A command may take so long where no test wants less, as the machine may stand still. */
  static final int TIMEOUT_MS = 10_000;

  /** And the start of a connection so long. */
  static final int START_MS = 60_000;

  /** That of a gateway so long as its settings allow at most. */
  private static final int GATEWAY_START_MS = 9_000;

  /** Commands that concern a whole Redis and no key. */
  private static final Set<String> WITHOUT_KEY =
      Set.of("FLUSHALL", "KEYS", "CONFIG", "DBSIZE", "INFO", "SCRIPT", "CLIENT");

  /** Commands whose second word is not the key yet. */
  private static final Set<String> WITH_SUBCOMMAND = Set.of("PUBSUB", "MEMORY", "OBJECT");

  private @Nullable TestRedis own;
  private @Nullable TestRedis redis;

  /** In the mode of this run. */
  public RedisServerExtension() {}

  private RedisServerExtension(TestRedis own) {
    this.own = own;
  }

  /** A cluster of the class's own; the class is skipped but in the run on one Redis. */
  public static RedisServerExtension on(RedisCluster cluster) {
    return new RedisServerExtension(TestRedis.of(cluster));
  }

  /** Sentinels of the class's own; the class is skipped but in the run on one Redis. */
  public static RedisServerExtension on(RedisSentinels sentinels) {
    return new RedisServerExtension(TestRedis.of(sentinels));
  }

  /** Whether primaries have replicas in the mode of this run. */
  public static boolean hasReplicas() {
    return TestRedis.modeOfThisRun() != Mode.STANDALONE;
  }

  /** One that is started, for a program outside of tests. */
  public static RedisServerExtension started() {
    TestRedis own = TestRedis.ofThisRun();
    RedisServerExtension started = new RedisServerExtension(own);
    started.redis = own.started();
    return started;
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    boolean once = TestRedis.modeOfThisRun() == Mode.STANDALONE;
    if (own == null && once) {
      own = TestRedis.ofThisRun();
    } else if (own != null) {
      Assumptions.assumeTrue(once, "on Redis of its own, once");
    }
    redis =
        own != null
            ? own.started()
            : context
                .getRoot()
                .getStore(Namespace.GLOBAL)
                .getOrComputeIfAbsent(
                    TestRedis.class, first -> TestRedis.ofThisRun().started(), TestRedis.class);
    command("FLUSHALL");
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    command("FLUSHALL");
  }

  @Override
  public void afterAll(ExtensionContext context) {
    close();
  }

  @Override
  public void close() {
    if (own != null) {
      own.close();
    }
  }

  private TestRedis redis() {
    return Objects.requireNonNull(redis, "not started");
  }

  /**
   * The process, for faults: kill, stop, freeze, thaw, restart. A test that asks for it is for one
   * Redis only, and is skipped in the other modes.
   */
  public RedisProcess process() {
    Assumptions.assumeTrue(redis().mode() == Mode.STANDALONE, "for one Redis");
    return redis().primaryOf().apply("");
  }

  /** {@code redis://:password@127.0.0.1:port}; with commas between where there are more. */
  public String urls() {
    return redis().urls().get();
  }

  /** What a gateway must be told to use it, as settings. */
  public Map<String, String> settings() {
    return Map.of(
        "redis.mode", redis().mode().name().toLowerCase(Locale.ROOT),
        "redis.urls", urls(),
        "redis.durability", "fsync",
        "redis.timeout-ms", Integer.toString(TIMEOUT_MS),
        "redis.start-timeout-ms", Integer.toString(GATEWAY_START_MS));
  }

  /** What a gateway's connection needs, with durability {@code fsync} and all patience. */
  public RedisConfig config() {
    List<RedisUrl> all = Stream.of(urls().split(",", -1)).map(RedisUrl::parse).toList();
    return RedisConfig.of(redis().mode(), all, Set.of(Durability.FSYNC))
        .withLimits(TIMEOUT_MS, RedisConfig.IN_FLIGHT_MAX)
        .withStartTimeout(START_MS);
  }

  /**
   * Runs a command over a plain socket, on the primary that has its key; see {@link
   * RespSocket#command}. What concerns no key is run on all primaries; {@code KEYS}, {@code INFO}
   * and {@code PUBSUB NUMSUB} give the answers of all, anything else the first one's.
   */
  public @Nullable Object command(Object... words) {
    String name = words[0].toString();
    if (WITHOUT_KEY.contains(name)) {
      List<Object> answers = everywhere(words);
      return name.equals("KEYS") || name.equals("INFO") ? answers : answers.get(0);
    }
    if (name.equals("PUBSUB") && words[1].equals("NUMSUB")) {
      return everywhere(words);
    }
    int key = name.equals("EVAL") ? 3 : WITH_SUBCOMMAND.contains(name) ? 2 : 1;
    String routing = key < words.length ? words[key].toString() : "";
    return redis().primaryOf().apply(routing).command(words);
  }

  private List<Object> everywhere(Object... words) {
    List<Object> answers = new ArrayList<>();
    for (RedisProcess primary : redis().primaries().get()) {
      Object answer = primary.ask(words);
      if (answer instanceof List<?> some) {
        answers.addAll(some);
      } else if (answer != null) {
        answers.add(answer);
      }
    }
    return answers;
  }

  /** Takes steps while somebody hears a sharded channel; nobody does when it returns. */
  public void whileHeard(String channel, Runnable steps) {
    RedisProcess primary = redis().primaryOf().apply(channel);
    try (RespSocket socket = new RespSocket(primary.port())) {
      socket.command("AUTH", primary.password());
      socket.command("SSUBSCRIBE", channel);
      steps.run();
      Object answer = socket.command("SUNSUBSCRIBE", channel);
      while (!(answer instanceof List<?> words && words.get(0).equals("sunsubscribe"))) {
        answer = socket.read();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
