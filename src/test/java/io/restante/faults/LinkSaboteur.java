package io.restante.faults;

import io.restante.redis.RedisLink;
import io.restante.redis.RedisScript;
import io.vertx.core.Future;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Breaks a promise on the way from a gateway to Redis; what it leaves alone goes as it should. */
public interface LinkSaboteur {
  /** How a command goes. */
  default Future<@Nullable Response> send(RedisLink link, String key, Request request) {
    return link.send(key, request);
  }

  /** How a script goes. */
  default Future<@Nullable Response> run(
      RedisLink link, RedisScript script, List<String> keys, List<Object> args) {
    return link.run(script, keys, args);
  }

  /** The link over which all goes that way. */
  default RedisLink tamper(RedisLink link) {
    return new RedisLink() {
      @Override
      public Future<@Nullable Response> send(String routingKey, Request request) {
        return LinkSaboteur.this.send(link, routingKey, request);
      }

      @Override
      public Future<@Nullable Response> run(
          RedisScript script, List<String> keys, List<Object> args) {
        return LinkSaboteur.this.run(link, script, keys, args);
      }

      @Override
      public boolean isUsable() {
        return link.isUsable();
      }

      @Override
      public boolean isUsable(String routingKey) {
        return link.isUsable(routingKey);
      }
    };
  }
}
