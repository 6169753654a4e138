package io.restante.redis;

import io.restante.redis.PopRecord.End;
import io.vertx.core.Promise;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A command that no node has run so far, on its way to the one that will. */
final class Attempt {
  final String routingKey;
  final Request request;
  final @Nullable End pop;
  final @Nullable String script;
  final @Nullable Supplier<Request> whenNoScript;
  final Promise<@Nullable Response> promise;
  final long begunNanos;

  /** From node to node, since it was last begun anew. */
  int hops;

  /** How often it was begun anew. */
  int pauses;

  Attempt(
      String routingKey,
      Request request,
      @Nullable End pop,
      @Nullable String script,
      @Nullable Supplier<Request> whenNoScript,
      Promise<@Nullable Response> promise,
      long begunNanos) {
    this.routingKey = routingKey;
    this.request = request;
    this.pop = pop;
    this.script = script;
    this.whenNoScript = whenNoScript;
    this.promise = promise;
    this.begunNanos = begunNanos;
  }
}
