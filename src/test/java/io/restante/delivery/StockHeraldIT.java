package io.restante.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.restante.mailbox.Doorbell;
import io.restante.mailbox.Doorbell.Told;
import io.restante.mailbox.Ear;
import io.restante.mailbox.RedisDoorbell;
import io.restante.protocol.DeviceAddress;
import io.restante.push.OwedPush;
import io.restante.push.OwedPush.Kind;
import io.restante.push.Pushes.When;
import io.restante.redis.HeldLink;
import io.restante.redis.HeldSubscriptions;
import io.restante.redis.RedisMetrics;
import io.restante.testing.EventLoop;
import io.restante.testing.MailboxBed;
import io.restante.testing.RedisServerExtension;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who is told that prekeys run low, with every branch of {@code mailbox/tell-low-stock}. */
class StockHeraldIT {
  @RegisterExtension static final RedisServerExtension redis = new RedisServerExtension();

  private final DeviceAddress owner = new DeviceAddress(UUID.randomUUID(), 3);
  private final EventLoop loop = new EventLoop();
  private final HeldLink link =
      loop.await(() -> HeldLink.open(loop.vertx(), redis.config(), RedisMetrics.none()));
  private final HeldSubscriptions heard =
      loop.await(() -> HeldSubscriptions.open(loop.vertx(), redis.config(), RedisMetrics.none()));
  private final Doorbell doorbell = new RedisDoorbell(link, heard, MailboxBed.CONFIG);
  private final List<OwedPush> owed = new ArrayList<>();
  private final OwedPush word = OwedPush.word(owner, Kind.STOCK);
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final StockHerald herald = new StockHerald(doorbell, this::note, registry);

  private Future<Void> note(List<OwedPush> pushes, When when) {
    assertEquals(When.NOW, when);
    owed.addAll(pushes);
    return Future.succeededFuture();
  }

  @AfterEach
  void close() {
    loop.await(heard::close);
    loop.await(link::close);
    loop.close();
  }

  private Told tell() {
    return loop.await(() -> herald.tell(owner));
  }

  @Test
  void aDeviceThatNobodyHearsIsWokenOnceADay() {
    assertEquals(Told.TO_BE_WOKEN, tell());
    assertEquals(Told.WOKEN_BEFORE, tell());
    assertEquals(Told.WOKEN_BEFORE, tell());
    assertEquals(List.of(word), owed);
    assertEquals(1, registry.get("restante.low.stock").tag("way", "push").counter().count());
    redis.command("DEL", "{" + owner.aci() + "}:stock-woken:3");
    assertEquals(Told.TO_BE_WOKEN, tell());
    assertEquals(List.of(word, word), owed);
  }

  @Test
  void aDeviceWithASocketHearsItAndIsNotWoken() {
    Ear ear = new Ear();
    Doorbell.Session session = loop.await(() -> doorbell.open(owner, ear));
    assertEquals(Told.HEARD, tell());
    ear.await("low stock");
    assertEquals(List.of(), owed);
    loop.call(
        () -> {
          session.close();
          return true;
        });
    EventLoop.until("nobody hears", () -> tell() != Told.HEARD);
    assertEquals(List.of(word), owed);
  }
}
