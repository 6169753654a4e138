package io.restante.delivery;

import io.restante.redis.RedisLink;
import io.restante.redis.RedisScript;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A real link that counts the bytes of envelopes on it, and fails from some command on. */
final class TalliedLink implements RedisLink {
  private final RedisLink link;
  private int commandsLeft = Integer.MAX_VALUE;
  private long bytes;
  private long bytesMost;
  private long bytesInAll;

  TalliedLink(RedisLink link) {
    this.link = link;
  }

  /** Sends so many commands more. */
  void failAfter(int commands) {
    commandsLeft = commands;
  }

  /** At a time. */
  long bytesMost() {
    return bytesMost;
  }

  long bytesInAll() {
    return bytesInAll;
  }

  @Override
  public Future<@Nullable Response> send(String routingKey, Request request) {
    return tally(0, () -> link.send(routingKey, request));
  }

  @Override
  public Future<@Nullable Response> run(RedisScript script, List<String> keys, List<Object> args) {
    long sum = 0;
    for (Object arg : args) {
      sum += arg instanceof Buffer envelope ? envelope.length() : 0;
    }
    return tally(sum, () -> link.run(script, keys, args));
  }

  private Future<@Nullable Response> tally(
      long more, Supplier<Future<@Nullable Response>> command) {
    if (commandsLeft-- <= 0) {
      return Future.failedFuture(new IllegalStateException("away"));
    }
    bytes += more;
    bytesInAll += more;
    bytesMost = Math.max(bytesMost, bytes);
    return command.get().onComplete(answered -> bytes -= more);
  }

  @Override
  public boolean isUsable() {
    return link.isUsable();
  }
}
