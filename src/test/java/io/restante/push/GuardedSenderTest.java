package io.restante.push;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import org.junit.jupiter.api.Test;

class GuardedSenderTest {
  private static final Push PUSH = new Push("target", null, true, 0);

  private final PushBed.Stub provider = new PushBed.Stub();

  private GuardedSender afterManyFailures(Provider of) {
    provider.answer = push -> Future.failedFuture(new IllegalStateException("away"));
    PushMeters meters = new PushMeters(new SimpleMeterRegistry());
    GuardedSender sender = new GuardedSender(of, provider, 8, meters, () -> 0);
    for (int i = 0; i < CircuitBreaker.FAILURES_MAX; i++) {
      assertEquals(0, sender.holdMs());
      sender.send(PUSH);
    }
    return sender;
  }

  @Test
  void aProviderThatFailsIsLeftAlone() {
    assertTrue(afterManyFailures(Provider.FCM).holdMs() > 0);
  }

  @Test
  void strangersServersThatFailHoldUpNobodyElse() {
    assertEquals(0, afterManyFailures(Provider.WEB_PUSH).holdMs());
  }
}
