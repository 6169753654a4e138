package io.restante.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.redis.Channel.Step;
import org.junit.jupiter.api.Test;

class ChannelTest {
  private final Channel channel = new Channel(new ChannelName("bell", true));

  @Test
  void redisIsAskedOnceForAChannelThatIsWanted() {
    assertEquals(Step.NONE, channel.ask());
    channel.want();
    assertEquals(Step.SUBSCRIBE, channel.ask());
    assertEquals(Step.NONE, channel.ask());
    assertFalse(channel.isActive());
    assertTrue(channel.confirmed());
    assertTrue(channel.isActive());
  }

  @Test
  void aChannelThatWasLetGoIsOverOnceRedisHasConfirmed() {
    channel.want();
    channel.ask();
    channel.confirmed();
    assertEquals(Step.UNSUBSCRIBE, channel.letGo());
    assertFalse(channel.isActive());
    assertFalse(channel.isOver());
    assertTrue(channel.confirmed());
    assertTrue(channel.isOver());
  }

  @Test
  void subscribedLeftAndSubscribedAgainIsHeardAtTheThirdConfirmation() {
    channel.want();
    assertEquals(Step.SUBSCRIBE, channel.ask());
    assertEquals(Step.UNSUBSCRIBE, channel.letGo());
    channel.want();
    assertEquals(Step.SUBSCRIBE, channel.ask());
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
    channel.want();
    channel.ask();
    channel.lost();
    assertFalse(channel.confirmed());
    assertEquals(Step.SUBSCRIBE, channel.ask());
    channel.confirmed();
    channel.lost();
    assertFalse(channel.isActive());
    assertEquals(Step.NONE, channel.letGo());
    assertTrue(channel.isOver());
    assertEquals(Step.NONE, channel.ask());
  }
}
