package io.restante.redis;

import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A Lua script of the class path, which runs as one atomic step.
 *
 * @param name such as {@code prekey/upload}
 * @param text the whole script
 * @param sha1 the digest by which Redis knows it, in lower-case hex
 * @param readsOnly whether it writes nothing, which Redis then sees to
 */
public record RedisScript(String name, String text, String sha1, boolean readsOnly) {
  private static final Map<RedisScript, RedisScript> STEADIED = new ConcurrentHashMap<>();

  /**
   * Fails before anything of the script has run, in a slot that migrates: at its old place an
   * absent key is asked for elsewhere, and at its new one two absent keys of one command may be at
   * the old. A key without a hash tag makes up the whole tag.
   */
  private static final String STEADY =
      "do local k = KEYS[1] if not string.find(k, '{', 1, true) then k = '{' .. k .. '}' end"
          + " redis.call('EXISTS', k .. ':0', k .. ':1') end ";

  /** One that may write. */
  public RedisScript(String name, String text, String sha1) {
    this(name, text, sha1, false);
  }

  /**
   * The same as one step in a cluster, too. There Redis looks at the declared keys first, but a
   * script that names a key itself, or writes a key that it has deleted, can fail in the middle
   * while its slot migrates, and what it wrote by then stays. So it is made to fail first.
   */
  RedisScript inSteadySlot() {
    // On the first line, so that lines in errors are those of the file.
    return STEADIED.computeIfAbsent(
        this, script -> of(script.name, STEADY + script.text, script.readsOnly));
  }

  private static RedisScript of(String name, String text, boolean readsOnly) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
      return new RedisScript(name, text, HexFormat.of().formatHex(digest), readsOnly);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("a JDK without SHA-1", e);
    }
  }

  /** Reads {@code lua/<name>.lua}. */
  public static RedisScript load(String name) {
    return load(name, false);
  }

  /** The same of one that writes nothing: its reply need not wait for replicas. */
  public static RedisScript loadReading(String name) {
    return load(name, true);
  }

  private static RedisScript load(String name, boolean readsOnly) {
    String path = "/lua/" + name + ".lua";
    try (InputStream in = RedisScript.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalArgumentException("script: " + path + " (expected: on the class path)");
      }
      return of(name, new String(in.readAllBytes(), StandardCharsets.UTF_8), readsOnly);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The command that runs it where Redis knows it. */
  Request bySha1(List<String> keys, List<Object> args) {
    return request(readsOnly ? Command.EVALSHA_RO : Command.EVALSHA, sha1, keys, args);
  }

  /** The command that runs it everywhere. */
  Request byText(List<String> keys, List<Object> args) {
    return request(readsOnly ? Command.EVAL_RO : Command.EVAL, text, keys, args);
  }

  private static Request request(
      Command command, String script, List<String> keys, List<Object> args) {
    Request request = Request.cmd(command).arg(script).arg(keys.size());
    for (String key : keys) {
      request.arg(key);
    }
    for (Object arg : args) {
      if (arg instanceof byte[] bytes) {
        request.arg(bytes);
      } else if (arg instanceof Buffer buffer) {
        request.arg(buffer);
      } else if (arg instanceof String || arg instanceof Number) {
        request.arg(arg.toString());
      } else {
        throw new IllegalArgumentException(
            "script argument of " + arg.getClass() + " (expected: string, number or bytes)");
      }
    }
    return request;
  }

  @Override
  public String toString() {
    return "RedisScript[" + name + "]";
  }
}
