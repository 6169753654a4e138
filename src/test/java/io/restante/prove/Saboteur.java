package io.restante.prove;

import io.restante.faults.LinkSaboteur;
import io.restante.faults.Tampered;
import io.restante.prove.Event.Form;
import io.restante.prove.Finding.Rule;
import io.restante.redis.RedisLink;
import io.restante.redis.RedisScript;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Breaks the promise in a gateway's process, to show that the checker finds it. The class that
 * gives the pools their link to Redis is compiled anew with a tampered link, and comes before the
 * real one in the class path.
 */
public enum Saboteur implements LinkSaboteur {
  /** A key is read and then deleted, in two steps. */
  SPLIT_POP(Rule.ONCE) {
    @Override
    Set<Form> forms() {
      return Set.of(Form.KEYS, Form.BATCH, Form.POOL);
    }

    @Override
    public Future<@Nullable Response> send(RedisLink link, String key, Request request) {
      return request.command().equals(Command.LPOP)
          ? link.send(key, Request.cmd(Command.LINDEX).arg(key).arg(0))
              .compose(entry -> link.send(key, request).map(popped -> entry))
          : link.send(key, request);
    }
  },

  /** Nobody remembers which keys were uploaded before. */
  NO_LEDGER(Rule.ONCE) {
    @Override
    public Future<@Nullable Response> run(
        RedisLink link, RedisScript script, List<String> keys, List<Object> args) {
      for (String key : keys) {
        if (key.contains(":ledger:")) {
          link.send(key, Request.cmd(Command.DEL).arg(key));
        }
      }
      return link.run(script, keys, args);
    }
  },

  /** A pop whose reply was lost, one in eight, is sent again, though it may have burned a key. */
  REPEATED_POP(Rule.COUNT) {
    @Override
    public Future<@Nullable Response> send(RedisLink link, String key, Request request) {
      Future<@Nullable Response> first = link.send(key, request);
      boolean isLost =
          request.command().equals(Command.LPOP)
              && ThreadLocalRandom.current().nextInt(ONE_IN) == 0;
      return isLost ? first.compose(lost -> link.send(key, request)) : first;
    }
  };

  private static final int ONE_IN = 8;
  private static final String PROPERTY = "restante.saboteur";
  private static final Pattern HONEST =
      Pattern.compile("new (RedisPrekeyStore|RedisNamedPools)\\(\\s*link\\b");

  private final Rule broken;

  Saboteur(Rule broken) {
    this.broken = broken;
  }

  /** The rule by which it must be found, whatever else it breaks. */
  Rule broken() {
    return broken;
  }

  /** By which forms of claims, or in the pools of which, it must be found. */
  Set<Form> forms() {
    return Set.of(Form.KEYS, Form.POOL);
  }

  /** In the gateway: the one that the process was given. */
  public static Saboteur ofThisProcess() {
    return valueOf(System.getProperty(PROPERTY));
  }

  /** What a JVM is told to run a gateway with this saboteur in it. */
  List<String> jvmOptions() {
    String classPath =
        Tampered.classPath(
            Path.of("target", "prove"),
            HONEST,
            "new $1(io.restante.prove.Saboteur.ofThisProcess().tamper(link)");
    return List.of("-D" + PROPERTY + '=' + name(), "-cp", classPath);
  }
}
