package io.restante.testing;

import io.restante.Gateway;
import io.restante.GatewayConfigs;
import io.restante.Serving;
import io.restante.StartClock;
import io.restante.testing.client.Ask;
import io.restante.testing.client.HttpChannel;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * One Redis and one or more gateways on it, in this process, for a test class. Settings are told as
 * on the command line; ports are free ones, rate limits are off.
 *
 * <pre>{@code
 * @RegisterExtension static final GatewayExtension gateway = new GatewayExtension();
 * }</pre>
 */
public final class GatewayExtension implements BeforeAllCallback, AfterAllCallback {
  private static final int START_SECONDS = 60;

  private final RedisServerExtension redis;
  private final int gateways;
  private final Map<String, String> settings = new HashMap<>();
  private final List<Serving> serving = new ArrayList<>();

  /** One gateway. */
  public GatewayExtension() {
    this(1);
  }

  /** So many gateways. */
  public GatewayExtension(int gateways) {
    this(gateways, new RedisServerExtension());
  }

  /** So many gateways on this Redis, which is started and ended with them. */
  public GatewayExtension(int gateways, RedisServerExtension redis) {
    this.gateways = gateways;
    this.redis = redis;
  }

  /** Sets a setting of all gateways, before they start. */
  public GatewayExtension with(String key, String value) {
    settings.put(key, value);
    return this;
  }

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    redis.beforeAll(context);
    for (int i = 0; i < gateways; i++) {
      startOne();
    }
  }

  /** Starts one more gateway on the same Redis; answers its number. */
  public int startOne() throws Exception {
    Map<String, String> given = new HashMap<>();
    given.put("http.port", "0");
    given.put("management.port", "0");
    given.putAll(redis.settings());
    given.put("registration.mode", "open");
    given.put("limits.enabled", "false");
    given.putAll(settings);
    serving.add(
        Gateway.start(GatewayConfigs.of(given), StartClock.ofProcess())
            .toCompletionStage()
            .toCompletableFuture()
            .get(START_SECONDS, TimeUnit.SECONDS));
    return serving.size() - 1;
  }

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    try {
      for (Serving gateway : serving) {
        stop(gateway);
      }
    } finally {
      redis.afterAll(context);
    }
  }

  /** Ends a gateway as SIGTERM does. */
  public static void stop(Serving gateway) throws Exception {
    gateway.stop().toCompletionStage().toCompletableFuture().get(START_SECONDS, TimeUnit.SECONDS);
  }

  /** Begins to end the gateway that was started last, as SIGTERM does. */
  public Future<Void> stopLast() {
    return serving.remove(serving.size() - 1).stop();
  }

  /** A gateway by number. */
  public Serving gateway(int number) {
    return serving.get(number);
  }

  /** Where the first gateway listens. */
  public String publicUrl() {
    return serving.get(0).publicUrl();
  }

  /** Where the first gateway tells of itself. */
  public String managementUrl() {
    return serving.get(0).managementUrl();
  }

  /** A number among the first gateway's metrics, by name and tags; -1 where there is none. */
  public double metric(String series) {
    return metric(0, series);
  }

  /** The same of a gateway by number. */
  public double metric(int number, String series) {
    return new HttpChannel(gateway(number).managementUrl())
        .ask(Ask.get("/metrics"))
        .expect(200)
        .text()
        .lines()
        .filter(text -> text.startsWith(series + " "))
        .mapToDouble(text -> Double.parseDouble(text.substring(series.length() + 1)))
        .findFirst()
        .orElse(-1);
  }

  /** The Redis of all, for faults and for a look inside; it is not emptied between tests. */
  public RedisServerExtension redis() {
    return redis;
  }
}
