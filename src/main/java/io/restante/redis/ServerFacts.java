package io.restante.redis;

import io.restante.redis.RedisConfig.Durability;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a Redis tells of itself, from {@code INFO} and {@code CONFIG GET}.
 *
 * @param info fields of {@code INFO}
 * @param config fields of {@code CONFIG GET append* no-appendfsync-on-rewrite}
 * @param configReadable false where this user may not run {@code CONFIG GET}
 */
record ServerFacts(Map<String, String> info, Map<String, String> config, boolean configReadable) {
  /** Nothing is known yet. */
  static final ServerFacts UNKNOWN = new ServerFacts(Map.of(), Map.of(), false);

  private static final int MAJOR_MIN = 7;

  /** The id of the process' run: another after each start. */
  String run() {
    return info.getOrDefault("run_id", "");
  }

  /** Whether it reads its data from the disk, or a replica from its primary, and serves none. */
  boolean isLoading() {
    return !info.getOrDefault("loading", "0").equals("0");
  }

  /** Replicas that are connected. */
  int replicas() {
    return (int) number(info, "connected_slaves");
  }

  /** Whether it refuses writes while too few replicas follow. */
  boolean needsReplicas() {
    return info.containsKey("min_slaves_good_slaves");
  }

  /** Why this Redis must not be used before somebody changes it; empty where it may. */
  Optional<String> unsuitable(Set<Durability> durability) {
    String version = info.getOrDefault("redis_version", "unknown");
    if (major(version) < MAJOR_MIN) {
      return Optional.of("version " + version + " (expected: 7.0 or newer)");
    }
    String policy = info.getOrDefault("maxmemory_policy", "unknown");
    if (!policy.equals("noeviction")) {
      return Optional.of("maxmemory-policy is " + policy + " (expected: noeviction)");
    }
    if (!durability.contains(Durability.FSYNC)) {
      return Optional.empty();
    }
    if (!configReadable) {
      return Optional.of(
          "this user may not run CONFIG GET, so redis.durability=fsync cannot be proved"
              + " (expected: permission for CONFIG GET, or redis.durability=none)");
    }
    return setting("appendonly", "yes")
        .or(() -> setting("appendfsync", "always"))
        .or(() -> setting("no-appendfsync-on-rewrite", "no"));
  }

  /**
   * Why this Redis cannot serve at the moment; empty where it can.
   *
   * @param replicasMin how many must be connected
   */
  Optional<String> busy(int replicasMin) {
    String role = info.getOrDefault("role", "unknown");
    if (!role.equals("master")) {
      return Optional.of("role is " + role + " (expected: a primary)");
    }
    if (replicas() < replicasMin) {
      return Optional.of(
          "replicas connected: "
              + replicas()
              + " (expected: "
              + replicasMin
              + " or more, as redis.durability has replicas)");
    }
    return Optional.empty();
  }

  private Optional<String> setting(String name, String expected) {
    String actual = config.getOrDefault(name, "unknown");
    return actual.equals(expected)
        ? Optional.empty()
        : Optional.of(
            name
                + " is "
                + actual
                + " (expected: "
                + expected
                + ", as redis.durability has fsync)");
  }

  /** A field that is a number; 0 where it is none. */
  static long number(Map<String, String> info, String field) {
    try {
      return Long.parseLong(info.getOrDefault(field, "0"));
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private static int major(String version) {
    int dot = version.indexOf('.');
    try {
      return Integer.parseInt(dot < 0 ? version : version.substring(0, dot));
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
