package io.restante.story;

import io.restante.testing.EventLoop;
import io.restante.testing.HttpStub;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An operator's server that notes all pushes, and takes them. */
final class Operator implements AutoCloseable {
  static final String SECRET = "shared with the operator";

  private final EventLoop loop = new EventLoop();
  private final List<JsonObject> pushes = new CopyOnWriteArrayList<>();
  private volatile boolean silent;
  private final HttpStub stub =
      new HttpStub(
          loop,
          (request, body) -> {
            pushes.add(body.toJsonObject());
            if (!silent) {
              request.response().end();
            }
          });

  String url() {
    return stub.url() + "push";
  }

  /** What came for an account, in the order in which it came. */
  List<JsonObject> pushesTo(String aci) {
    return pushes.stream().filter(push -> aci.equals(push.getString("aci"))).toList();
  }

  /** Whether it leaves pushes unanswered. */
  void beSilent(boolean now) {
    silent = now;
  }

  @Override
  public void close() {
    loop.close();
  }
}
