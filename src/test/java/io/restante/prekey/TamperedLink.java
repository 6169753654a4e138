package io.restante.prekey;

import io.restante.protocol.GatewayException;
import io.restante.redis.RedisLink;
import io.restante.redis.RedisScript;
import io.vertx.core.Future;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A real link, on which a test may do something before a command, lose its reply or refuse it. */
final class TamperedLink implements RedisLink {
  /** Every command that was sent, by name, in order. */
  final List<String> sent = new ArrayList<>();

  private final RedisLink real;
  private final Function<String, Fate> fates;
  boolean usable = true;

  /** What must have happened before a command is sent. */
  Function<String, Future<?>> before = command -> Future.succeededFuture();

  /** What becomes of a command. */
  enum Fate {
    /** It is sent and answered. */
    ANSWERED,
    /** It is sent, and its reply is lost. */
    LOST
  }

  /**
   * Tampers.
   *
   * @param fates is asked before each command, by its name and key, such as {@code LPOP {..}:pool}
   */
  TamperedLink(RedisLink real, Function<String, Fate> fates) {
    this.real = real;
    this.fates = fates;
  }

  @Override
  public Future<@Nullable Response> send(String routingKey, Request request) {
    String command = request.command() + " " + routingKey;
    Fate fate = fates.apply(command);
    sent.add(command);
    Future<@Nullable Response> reply =
        before.apply(command).compose(done -> real.send(routingKey, request));
    return fate == Fate.ANSWERED
        ? reply
        : reply.compose(lost -> Future.failedFuture(GatewayException.redisUnavailable("lost")));
  }

  @Override
  public Future<@Nullable Response> run(RedisScript script, List<String> keys, List<Object> args) {
    sent.add(script.name());
    return real.run(script, keys, args);
  }

  @Override
  public boolean isUsable() {
    return usable;
  }
}
