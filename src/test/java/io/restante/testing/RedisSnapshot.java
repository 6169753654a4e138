package io.restante.testing;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All keys of a Redis with a digest of their values, to show that nothing has changed; but for the
 * pushes that are owed, which gateways look after all the time.
 */
public final class RedisSnapshot {
  private RedisSnapshot() {}

  /** Takes a snapshot: key to digest. */
  public static Map<String, String> of(RedisServerExtension redis) {
    Map<String, String> snapshot = new TreeMap<>();
    for (Object key : items(redis.command("KEYS", "*"))) {
      if (!key.toString().startsWith("{push:")) {
        snapshot.put(key.toString(), digest(value(redis, key)));
      }
    }
    return snapshot;
  }

  private static String value(RedisServerExtension redis, Object key) {
    if (!"hash".equals(redis.command("TYPE", key))) {
      return String.valueOf(redis.command("DUMP", key));
    }
    // The order of a hash's fields is nobody's business, and DUMP would show it.
    List<String> fields = new ArrayList<>();
    for (Object field : items(redis.command("HKEYS", key))) {
      fields.add(field + "=" + redis.command("HGET", key, field));
    }
    Collections.sort(fields);
    return fields.toString();
  }

  private static List<?> items(@Nullable Object reply) {
    return reply instanceof List<?> list ? list : List.of();
  }

  private static String digest(String value) {
    try {
      byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(digest, 0, 8) + " of " + bytes.length;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("a JDK without SHA-256", e);
    }
  }
}
