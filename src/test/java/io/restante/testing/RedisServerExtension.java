package io.restante.testing;

import io.restante.redis.RedisConfig;
import io.restante.redis.RedisConfig.Durability;
import io.restante.redis.RedisUrl;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * One Redis for a test class, emptied before each test:
 *
 * <pre>{@code
 * @RegisterExtension static final RedisServerExtension redis = new RedisServerExtension();
 * }</pre>
 */
public final class RedisServerExtension
    implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback {
  private final RedisProcess process = new RedisProcess();

  @Override
  public void beforeAll(ExtensionContext context) {
    process.start();
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    command("FLUSHALL");
  }

  @Override
  public void afterAll(ExtensionContext context) {
    process.close();
  }

  /** The process, for faults: kill, stop, freeze, thaw, restart. */
  public RedisProcess process() {
    return process;
  }

  /** {@code redis://:password@127.0.0.1:port}. */
  public String url() {
    return process.url();
  }

  /** What a gateway's connection needs, with durability {@code fsync} and default limits. */
  public RedisConfig config() {
    return RedisConfig.standalone(RedisUrl.parse(url()), Set.of(Durability.FSYNC));
  }

  /** Runs a command over a plain socket; see {@link RespSocket#command}. */
  public @Nullable Object command(Object... words) {
    return process.command(words);
  }
}
