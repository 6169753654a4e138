package io.restante;

import io.restante.redis.HeldLink;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Asks every event loop whether its link to Redis is usable. */
final class LinkHealth {
  private record Linked(Context context, HeldLink link) {}

  private final List<Linked> links = new CopyOnWriteArrayList<>();

  void add(Context context, HeldLink link) {
    links.add(new Linked(context, link));
  }

  /** Whether all are. An event loop that is blocked does not answer, which tells as much. */
  Future<Boolean> allUsable() {
    List<Future<Boolean>> answers = links.stream().map(LinkHealth::isUsable).toList();
    return Future.all(answers)
        .map(all -> answers.stream().allMatch(answer -> Boolean.TRUE.equals(answer.result())));
  }

  private static Future<Boolean> isUsable(Linked linked) {
    Promise<Boolean> answer = Promise.promise();
    linked.context().runOnContext(now -> answer.complete(linked.link().isUsable()));
    return answer.future();
  }

  /** Closes all. */
  Future<Void> close() {
    List<Future<Void>> closed = links.stream().map(LinkHealth::close).toList();
    return Future.join(closed).mapEmpty();
  }

  private static Future<Void> close(Linked linked) {
    Promise<Void> closed = Promise.promise();
    linked.context().runOnContext(now -> linked.link().close().onComplete(closed));
    return closed.future();
  }
}
