package io.restante.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.restante.account.Provisioning.Delivery;
import io.restante.redis.HeldLink;
import io.restante.redis.HeldSubscriptions;
import io.restante.redis.LookupKeys;
import io.restante.redis.RedisMetrics;
import io.restante.testing.EventLoop;
import io.restante.testing.RedisServerExtension;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every branch of the script behind provisioning addresses. */
class ProvisioningIT {
  @RegisterExtension static final RedisServerExtension redis = new RedisServerExtension();

  private final EventLoop loop = new EventLoop();
  private final HeldLink link =
      loop.await(() -> HeldLink.open(loop.vertx(), redis.config(), RedisMetrics.none()));
  private final HeldSubscriptions subscriptions =
      loop.await(() -> HeldSubscriptions.open(loop.vertx(), redis.config(), RedisMetrics.none()));
  private final Provisioning provisioning = new Provisioning(link, subscriptions);
  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

  @AfterEach
  void close() {
    loop.await(subscriptions::close);
    loop.await(link::close);
    loop.close();
  }

  private Provisioning.Seat open() {
    return loop.await(() -> provisioning.open(message -> heard.add(message.toString())));
  }

  private Delivery deliver(String address, String message) {
    return loop.await(() -> provisioning.deliver(address, Buffer.buffer(message)));
  }

  @Test
  void aMessageReachesWhoWaitsAtItsAddressAndNobodyElse() throws InterruptedException {
    Provisioning.Seat seat = open();
    assertNotEquals(seat.address(), open().address());
    assertEquals(Delivery.TAKEN, deliver(seat.address(), "first"));
    assertEquals(Delivery.TAKEN, deliver(seat.address(), "second"));
    assertEquals("first", heard.poll(10, TimeUnit.SECONDS));
    assertEquals("second", heard.poll(10, TimeUnit.SECONDS));
    assertEquals(List.of(), redis.command("KEYS", "*"));
    assertEquals(List.of(), List.copyOf(heard));
  }

  @Test
  void whereNobodyWaitsNothingIsKept() {
    assertEquals(Delivery.NOBODY, deliver("nobody", "lost"));
    assertEquals(List.of(), redis.command("KEYS", "*"));
  }

  @Test
  void messagesThatNobodyTakesAreFewAndGoByThemselves() {
    String address = "taken-by-nobody";
    loop.await(
        () -> subscriptions.subscribe(LookupKeys.provisioningChannel(address), new DeafListener()));
    for (int i = 0; i < 4; i++) {
      assertEquals(Delivery.TAKEN, deliver(address, "message " + i));
    }
    assertEquals(Delivery.TOO_MANY, deliver(address, "one more"));
    String key = LookupKeys.provisioning(address);
    assertEquals(4L, redis.command("LLEN", key));
    assertNotEquals(-1L, redis.command("PTTL", key));
  }

  private static final class DeafListener implements io.restante.redis.Subscriptions.Listener {
    @Override
    public void onMessage(Buffer message) {}

    @Override
    public void onReconnect() {}
  }
}
