package io.restante.redis;

import io.restante.redis.RedisConfig.Mode;
import io.restante.testing.EventLoop;
import io.restante.testing.RedisProcess;
import io.restante.testing.RedisSentinels;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The promise over failovers with {@code redis.durability=replicas}: nothing that was answered is
 * answered again, and the refusals end by themselves. Loss is not made good for ({@code
 * redis.loss-skip} is 0), so only the rounds can keep it.
 */
class SentinelFailoverIT {
  private final RedisSentinels redis = new RedisSentinels().start();

  @AfterEach
  void close() {
    redis.close();
  }

  private PopsLoad load() {
    return new PopsLoad(Mode.SENTINEL, redis.urls(), (key, words) -> redis.primary().ask(words));
  }

  @Test
  void aKilledPrimaryLeavesNothingThatIsAnsweredTwice() {
    try (PopsLoad load = load()) {
      load.start();
      load.awaitAnswers(500);
      redis.failOver();
      load.settle();
    }
  }

  @Test
  void aFrozenPrimaryLeavesNothingThatIsAnsweredTwice() {
    try (PopsLoad load = load()) {
      load.start();
      load.awaitAnswers(500);
      RedisProcess frozen = redis.primary();
      frozen.freeze();
      redis.awaitSuccessor(frozen);
      load.awaitAnswers(100);
      frozen.thaw();
      redis.awaitWhole();
      load.settle();
    }
  }

  /** It pops for whoever reaches it, and nobody follows it: nothing of that is answered. */
  @Test
  void whatReplicasDidNotGetIsAnsweredByNobodyButTheSuccessor() {
    try (PopsLoad load = load()) {
      load.start();
      load.awaitAnswers(500);
      RedisProcess isolated = redis.primary();
      List<RedisProcess> replicas = redis.replicas();
      // Cut off, they do not read what the primary sends; frozen, they would, once thawed.
      replicas.forEach(each -> each.ask("REPLICAOF", "127.0.0.1", 1));
      long before = pops(isolated);
      EventLoop.until("popped alone", () -> pops(isolated) > before + 5);
      isolated.kill();
      redis.awaitSuccessor(isolated);
      load.settle();
    }
  }

  private static long pops(RedisProcess of) {
    String stats = String.valueOf(of.ask("INFO", "commandstats"));
    Matcher calls = Pattern.compile("cmdstat_lpop:calls=(\\d+)").matcher(stats);
    return calls.find() ? Long.parseLong(calls.group(1)) : 0;
  }
}
