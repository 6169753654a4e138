package io.restante.redis;

import io.vertx.redis.client.Response;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The replicas that one run of a primary was seen with, and so how many have to follow where all
 * are asked for: as many as there were at once, and as many different ones as there were of late.
 * So one that goes is waited for, and another that comes meanwhile does not stand in for it. In the
 * end it may: a replica that is started anew elsewhere has another address.
 */
final class SeenReplicas {
  /** How long two that were not seen together count as two. */
  static final int REMEMBERED_MS = 10_000;

  private final Map<String, Long> lastSeenNanos = new HashMap<>();
  private int most;

  /** Another run, which tells that so many follow. */
  void begin(int following) {
    lastSeenNanos.clear();
    most = following;
  }

  /** The same run tells it anew. */
  void more(int following) {
    most = Math.max(most, following);
  }

  /**
   * What a primary answers to <a href="https://redis.io/docs/latest/commands/role/">ROLE</a>.
   *
   * @return whether it is one
   */
  boolean saw(@Nullable Response role, long nowNanos) {
    if (role == null || role.size() < 3 || !role.get(0).toString().equals("master")) {
      return false;
    }
    Response following = role.get(2);
    for (Response replica : following) {
      lastSeenNanos.put(replica.get(0).toString() + ' ' + replica.get(1), nowNanos);
    }
    more(following.size());
    return true;
  }

  /** How many have to follow, at least one. */
  int needed(long nowNanos) {
    long since = nowNanos - TimeUnit.MILLISECONDS.toNanos(REMEMBERED_MS);
    lastSeenNanos.values().removeIf(seenNanos -> seenNanos - since < 0);
    return Math.max(1, Math.max(most, lastSeenNanos.size()));
  }
}
