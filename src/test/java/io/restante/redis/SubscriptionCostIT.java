package io.restante.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.testing.EventLoop;
import io.restante.testing.RedisServerExtension;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the doorbells of many devices cost a Redis, printed; and that they work. */
class SubscriptionCostIT {
  private static final int DEVICES = 50_000;
  private static final int RINGS = 1_000;

  /** Some 220 bytes are usual; a name that is kept twice would show. */
  private static final int BYTES_MAX = 400;

  private static final Pattern USED = Pattern.compile("used_memory:(\\d+)");

  @RegisterExtension static final RedisServerExtension redis = new RedisServerExtension();

  /** All are asked for at once, and the last one waits for the others. */
  private static final int TIMEOUT_MS = 60_000;

  private final EventLoop loop = EventLoop.patient();
  private final HeldSubscriptions subscriptions =
      loop.await(
          () ->
              HeldSubscriptions.open(
                  loop.vertx(),
                  redis.config().withLimits(TIMEOUT_MS, RedisConfig.IN_FLIGHT_MAX),
                  RedisMetrics.none()));

  @AfterEach
  void close() {
    loop.await(subscriptions::close);
    loop.close();
  }

  private static long usedBytes() {
    Matcher matcher = USED.matcher(String.valueOf(redis.command("INFO", "memory")));
    assertTrue(matcher.find());
    return Long.parseLong(matcher.group(1));
  }

  private static String bell(int device) {
    return AccountKeys.of(new UUID(7, device)).doorbell(1);
  }

  @Test
  void aDoorbellCostsRedisAFewHundredBytes() {
    List<String> heard = new ArrayList<>();
    long bytesBefore = usedBytes();
    long beginNanos = System.nanoTime();
    loop.await(
        () -> {
          List<Future<?>> all = new ArrayList<>();
          for (int device = 0; device < DEVICES; device++) {
            String bell = bell(device);
            all.add(subscriptions.subscribe(bell, listener(bell, heard)));
          }
          return Future.all(all);
        });
    double seconds = (System.nanoTime() - beginNanos) / 1e9;
    long bytes = (usedBytes() - bytesBefore) / DEVICES;
    System.out.printf(
        Locale.ROOT,
        "%d doorbells on one connection: %.1f s, %d bytes of Redis each%n",
        DEVICES,
        seconds,
        bytes);
    assertTrue(bytes < BYTES_MAX, bytes + " bytes");
    for (int device = 0; device < RINGS; device++) {
      assertEquals(1L, Objects.requireNonNull(redis.command("SPUBLISH", bell(device), "n")));
    }
    EventLoop.until("all are heard", () -> loop.call(heard::size) == RINGS);
  }

  private static Subscriptions.Listener listener(String bell, List<String> heard) {
    return new Subscriptions.Listener() {
      @Override
      public void onMessage(Buffer message) {
        heard.add(bell);
      }

      @Override
      public void onReconnect() {}
    };
  }
}
