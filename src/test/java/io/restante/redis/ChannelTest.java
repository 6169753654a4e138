package io.restante.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.redis.Channel.Step;
import io.restante.redis.Subscriptions.Listener;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class ChannelTest {
  private static final ChannelName NAME = new ChannelName("bell", true);
  private static final Vertx VERTX = Vertx.vertx();

  private final Channel channel = new Channel(NAME);
  private final Hold first = hold();
  private final Hold second = hold();

  @AfterAll
  static void close() {
    VERTX.close().await();
  }

  private static Hold hold() {
    Listener deaf =
        new Listener() {
          @Override
          public void onMessage(Buffer message) {}

          @Override
          public void onReconnect() {}
        };
    return new Hold(NAME, deaf, VERTX.getOrCreateContext(), Promise.promise(), over -> {});
  }

  @Test
  void onlyTheFirstToJoinAsksRedis() {
    channel.join(first);
    assertEquals(Step.SUBSCRIBE, channel.want());
    channel.join(second);
    assertEquals(Step.NONE, channel.want());
    assertFalse(channel.isActive());
    assertTrue(channel.confirmed());
    assertTrue(channel.isActive());
  }

  @Test
  void onlyTheLastToLeaveTellsRedis() {
    channel.join(first);
    channel.join(second);
    channel.want();
    channel.confirmed();
    assertEquals(Step.NONE, channel.leave(first));
    assertTrue(channel.isActive());
    assertEquals(Step.UNSUBSCRIBE, channel.leave(second));
    assertFalse(channel.isActive());
    assertFalse(channel.isOver());
    assertTrue(channel.confirmed());
    assertTrue(channel.isOver());
  }

  @Test
  void subscribedLeftAndSubscribedAgainIsHeardAtTheThirdConfirmation() {
    channel.join(first);
    assertEquals(Step.SUBSCRIBE, channel.want());
    assertEquals(Step.UNSUBSCRIBE, channel.leave(first));
    channel.join(second);
    assertEquals(Step.SUBSCRIBE, channel.want());
    assertTrue(channel.confirmed());
    assertFalse(channel.isActive());
    assertTrue(channel.confirmed());
    assertFalse(channel.isActive());
    assertTrue(channel.confirmed());
    assertTrue(channel.isActive());
  }

  @Test
  void aConfirmationThatNobodyAwaitsIsTold() {
    assertFalse(channel.confirmed());
  }

  @Test
  void aLossForgetsWhatRedisWasTold() {
    channel.join(first);
    channel.want();
    channel.lost();
    assertFalse(channel.confirmed());
    assertEquals(Step.SUBSCRIBE, channel.want());
    channel.confirmed();
    channel.lost();
    assertFalse(channel.isActive());
    assertEquals(Step.NONE, channel.leave(first));
    assertTrue(channel.isOver());
    assertEquals(Step.NONE, channel.want());
  }
}
