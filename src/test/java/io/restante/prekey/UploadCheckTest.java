package io.restante.prekey;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.restante.testing.EventLoop;
import io.restante.testing.SignalKeys;
import io.vertx.core.Future;
import io.vertx.core.WorkerExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UploadCheckTest {
  private static final int WAITING_MAX = 6;
  private static final int ACCOUNT_WAITING_MAX = 4;

  private final EventLoop loop = new EventLoop();
  private final CountingMetrics metrics = new CountingMetrics();
  private final UploadCheck check =
      new UploadCheck(loop.vertx(), 1, WAITING_MAX, ACCOUNT_WAITING_MAX, metrics);
  private final SignalKeys keys = new SignalKeys();
  private final PrekeyUpload upload =
      new PrekeyUpload(null, List.of(), keys.signed(1), keys.kems(1, 20), null, null);

  @AfterEach
  void close() {
    loop.await(check::close);
    loop.close();
  }

  /** Asks for all before the first can be done: the one thread is held until then. */
  private List<Future<VerifiedUpload>> atOnce(int count, boolean sameAccount) {
    CountDownLatch asked = new CountDownLatch(1);
    WorkerExecutor thread = loop.vertx().createSharedWorkerExecutor(UploadCheck.THREADS_NAME, 1);
    thread.executeBlocking(() -> asked.await(60, TimeUnit.SECONDS), false);
    try {
      return ask(count, sameAccount);
    } finally {
      asked.countDown();
      EventLoop.result(thread.close());
    }
  }

  private List<Future<VerifiedUpload>> ask(int count, boolean sameAccount) {
    UUID account = UUID.randomUUID();
    return loop.call(
        () -> {
          List<Future<VerifiedUpload>> all = new ArrayList<>();
          for (int i = 0; i < count; i++) {
            UUID aci = sameAccount ? account : UUID.randomUUID();
            all.add(check.verify(aci, keys.identityKey(), upload));
          }
          return all;
        });
  }

  private static ErrorCode codeOf(Future<?> future) {
    return ((GatewayException) future.cause()).code();
  }

  @Test
  void overItsLimitItRefusesAtOnceAndTakesMoreAfterwards() {
    List<Future<VerifiedUpload>> all = atOnce(WAITING_MAX + 2, false);
    for (Future<VerifiedUpload> refused : all.subList(WAITING_MAX, WAITING_MAX + 2)) {
      assertEquals(ErrorCode.OVERLOADED, codeOf(refused));
      assertEquals(503, codeOf(refused).status());
      assertEquals(1, ((GatewayException) refused.cause()).retryAfterSeconds());
    }
    for (Future<VerifiedUpload> taken : all.subList(0, WAITING_MAX)) {
      assertEquals(20, EventLoop.result(taken).batches().get(1).entries().size());
    }
    assertEquals(2, metrics.of("verification refused"));
    atOnce(WAITING_MAX, false).forEach(EventLoop::result);
  }

  @Test
  void oneAccountCannotTakeThePlacesOfOthers() {
    List<Future<VerifiedUpload>> all = atOnce(WAITING_MAX, true);
    assertEquals(ErrorCode.RATE_LIMITED, codeOf(all.get(ACCOUNT_WAITING_MAX)));
    assertNotNull(EventLoop.result(atOnce(1, false).get(0)));
    all.subList(0, ACCOUNT_WAITING_MAX).forEach(EventLoop::result);
    assertNotNull(EventLoop.result(atOnce(1, true).get(0)));
  }

  @Test
  void verifiesOffTheEventLoopAndAnswersOnIt() {
    Thread answered =
        loop.await(
            () ->
                check
                    .verify(UUID.randomUUID(), keys.identityKey(), upload)
                    .map(verified -> Thread.currentThread()));
    assertEquals(loop.call(Thread::currentThread), answered);
  }

  @Test
  void namesTheFirstBadKey() {
    GatewayException refused =
        assertThrows(
            GatewayException.class,
            () ->
                loop.await(
                    () -> check.verify(UUID.randomUUID(), new SignalKeys().identityKey(), upload)));
    assertEquals(ErrorCode.INVALID_SIGNATURE, refused.code());
    assertTrue(refused.detail().startsWith("signedPreKey.signature"));
  }

  @Test
  void needsAsManyPlacesAsThreads() {
    assertThrows(
        IllegalArgumentException.class, () -> new UploadCheck(loop.vertx(), 2, 1, 1, metrics));
  }

  @Test
  void anAccountHasAnEighthOfThePlacesAndRoomForBothIdentitiesTwice() {
    assertEquals(32, UploadCheck.shareOf(256));
    assertEquals(4, UploadCheck.shareOf(2));
  }
}
