package io.restante.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.restante.account.Caller;
import io.restante.account.Verifier;
import io.restante.limit.ByteBudget;
import io.restante.protocol.DeviceAddress;
import io.restante.protocol.ErrorCode;
import io.restante.protocol.Frame;
import io.restante.protocol.GatewayException;
import io.restante.protocol.Handle;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Requests of sockets whose bodies are held while they are being answered. */
final class RequestTunnelTest {
  private static final int BODY_BYTES = 10_000;
  private static final Caller CALLER =
      new Caller(
          new DeviceAddress(UUID.randomUUID(), 1),
          UUID.randomUUID(),
          new Handle("alice"),
          new Verifier(new byte[16], new byte[32]),
          0,
          null);

  private final ByteBudget bodies = new ByteBudget(4 * BODY_BYTES);
  private final List<Promise<Reply>> asked = new ArrayList<>();
  private final RequestTunnel tunnel =
      new RequestTunnel(
          new Dispatcher(
              new RouteTable(
                  List.of(
                      new Route("PUT", "/open", Access.OPEN, Route.ANY_TYPE, call -> ask()),
                      new Route("PUT", "/device", Access.DEVICE, Route.ANY_TYPE, call -> ask()))),
              new Nobody(),
              new RequestMeter(new SimpleMeterRegistry(), new AtomicInteger())),
          bodies);

  private Future<Reply> ask() {
    Promise<Reply> answer = Promise.promise();
    asked.add(answer);
    return answer.future();
  }

  private Future<Frame.Response> put(String path, @Nullable Caller caller, int bodyBytes) {
    Buffer body = Buffer.buffer(new byte[bodyBytes]);
    return tunnel.answer(new Frame.Request(1, "PUT", path, List.of(), body), caller, "127.0.0.1");
  }

  @Test
  void bodiesAreHeldUntilTheirAnswerAndStrangersHaveHalfOfTheBudget() {
    put("/open", null, BODY_BYTES);
    put("/open", null, BODY_BYTES);
    assertEquals(2 * BODY_BYTES, bodies.held());
    assertEquals(503, put("/open", null, BODY_BYTES).result().status());
    assertFalse(put("/open", null, HeldBody.SMALL_BYTES).isComplete());
    assertFalse(put("/device", CALLER, BODY_BYTES).isComplete());
    assertFalse(put("/device", CALLER, BODY_BYTES).isComplete());
    assertEquals(503, put("/device", CALLER, BODY_BYTES).result().status());
    assertEquals(4 * BODY_BYTES, bodies.held());

    asked.get(0).complete(Reply.noContent());
    asked.get(1).fail(new GatewayException(ErrorCode.RATE_LIMITED, "slow down", 1));
    assertEquals(2 * BODY_BYTES, bodies.held());
    assertFalse(put("/open", null, BODY_BYTES).isComplete());
    asked.forEach(each -> each.tryComplete(Reply.noContent()));
    assertEquals(0, bodies.held());
  }
}
