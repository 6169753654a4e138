package io.restante.house;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which package may use what, as data. Imports go down only and siblings never import each other,
 * so that there are no cycles either.
 */
final class Floors {
  static final String ROOT = "io.restante";

  /** One floor: its level, its package below {@link #ROOT} ("" is the root) and its imports. */
  record Floor(int level, String name, Set<String> mayImport) {}

  /** One type of ours that uses a type, or a static member, by fully qualified names. */
  record Use(String from, String to) {}

  /** A type of the protocol floor that may use a library which is not on its list. */
  record Allowance(String type, String library, String reason) {
    boolean covers(Use use) {
      return use.from().equals(type) && use.to().startsWith(library);
    }
  }

  /** A library that only some may use. {@code by} are prefixes of qualified names, maybe none. */
  record Restriction(String library, Set<String> by, String reason) {}

  /** The whitelist. A package that is not here fails the test. */
  static final List<Floor> TABLE =
      List.of(
          new Floor(0, "protocol", Set.of()),
          new Floor(0, "telemetry", Set.of()),
          new Floor(1, "redis", Set.of("protocol", "telemetry")),
          new Floor(2, "account", Set.of("protocol", "telemetry", "redis")),
          new Floor(2, "limit", Set.of("protocol", "telemetry", "redis")),
          new Floor(2, "mailbox", Set.of("protocol", "telemetry", "redis")),
          new Floor(
              3, "prekey", Set.of("protocol", "telemetry", "redis", "account", "limit", "mailbox")),
          new Floor(
              3, "push", Set.of("protocol", "telemetry", "redis", "account", "limit", "mailbox")),
          new Floor(4, "push.apns", Set.of("protocol", "telemetry", "push")),
          new Floor(4, "push.fcm", Set.of("protocol", "telemetry", "push")),
          new Floor(4, "push.webhook", Set.of("protocol", "telemetry", "push")),
          new Floor(4, "push.webpush", Set.of("protocol", "telemetry", "push")),
          new Floor(
              4,
              "delivery",
              Set.of("protocol", "telemetry", "mailbox", "push", "account", "limit")),
          new Floor(
              5,
              "session",
              Set.of("protocol", "telemetry", "delivery", "mailbox", "account", "limit")),
          new Floor(
              6,
              "edge",
              Set.of(
                  "protocol",
                  "telemetry",
                  "redis",
                  "account",
                  "limit",
                  "mailbox",
                  "prekey",
                  "push",
                  "push.webpush",
                  "delivery",
                  "session")),
          new Floor(
              7,
              "",
              Set.of(
                  "protocol",
                  "telemetry",
                  "redis",
                  "account",
                  "limit",
                  "mailbox",
                  "prekey",
                  "push",
                  "push.apns",
                  "push.fcm",
                  "push.webhook",
                  "push.webpush",
                  "delivery",
                  "session",
                  "edge")));

  /** All that the protocol floor may use besides itself. */
  static final Set<String> PROTOCOL_LIBRARIES =
      Set.of(
          "java.",
          "javax.crypto.",
          "io.vertx.core.buffer.",
          "org.jspecify.",
          "com.google.protobuf.",
          "org.bouncycastle.");

  /** Single types that may use more; an entry that none needs fails the test. */
  static final List<Allowance> ALLOWANCES =
      List.of(
          new Allowance(
              "io.restante.protocol.Wire", "io.netty.buffer.", "a view on a buffer without a copy"),
          new Allowance(
              "io.restante.protocol.Wire",
              "io.vertx.core.internal.buffer.",
              "the only way to a buffer's bytes without a copy"));

  /** What most may not use. */
  static final List<Restriction> RESTRICTIONS =
      List.of(
          new Restriction("java.util.logging.", Set.of(), "logging is SLF4J"),
          new Restriction(
              "java.lang.System.out", Set.of("io.restante.Main"), "stdout is the command line's"),
          new Restriction(
              "java.lang.System.err", Set.of("io.restante.Main"), "stderr is the command line's"),
          new Restriction(
              "java.lang.System.exit", Set.of("io.restante.Main"), "only Main ends the process"),
          new Restriction("org.signal.libsignal.", Set.of(), "AGPL: tests only"),
          new Restriction("org.whispersystems.", Set.of(), "GPL: tests only"));

  private static final Pattern TYPE_AND_AFTER = Pattern.compile("\\.?(package-info|[A-Z]).*");

  private Floors() {}

  /** The package of a qualified type or member name: all before the first capital. */
  static String packageOf(String name) {
    return TYPE_AND_AFTER.matcher(name).replaceFirst("");
  }

  /** The table's own faults: an import that does not go down, or a name that is no row. */
  static List<String> faults(List<Floor> table) {
    Map<String, Floor> byName =
        table.stream().collect(Collectors.toMap(Floor::name, Function.identity()));
    List<String> faults = new ArrayList<>();
    for (Floor floor : table) {
      for (String name : new TreeSet<>(floor.mayImport())) {
        Floor imported = byName.get(name);
        if (imported == null || imported.level() >= floor.level()) {
          faults.add(floor.name() + " may import " + name + ", which is no lower floor");
        }
      }
    }
    return faults;
  }

  /** The allowances that cover no use any more. */
  static List<Allowance> needless(List<Allowance> allowances, Collection<Use> uses) {
    return allowances.stream()
        .filter(allowance -> uses.stream().noneMatch(allowance::covers))
        .toList();
  }

  /** Every use that breaks the table, the protocol floor's list or a restriction. */
  static Set<String> violations(
      List<Floor> table, Collection<Restriction> restrictions, Collection<Use> uses) {
    Set<String> violations = new TreeSet<>();
    for (Use use : uses) {
      violations.addAll(floorViolations(table, use));
      for (Restriction restriction : restrictions) {
        if (use.to().startsWith(restriction.library())
            && restriction.by().stream().noneMatch(use.from()::startsWith)) {
          violations.add(use.from() + " uses " + use.to() + ": " + restriction.reason());
        }
      }
    }
    return violations;
  }

  private static Set<String> floorViolations(List<Floor> table, Use use) {
    String from = packageOf(use.from());
    String to = packageOf(use.to());
    Floor floor = find(table, from);
    if (floor == null) {
      return Set.of(from + " is no floor of the table");
    }
    boolean inside = isOurs(to);
    if (inside && !to.equals(from) && !floor.mayImport().contains(shortName(to))) {
      return Set.of(use.from() + " uses " + use.to() + ": not a floor that it may import");
    }
    if (!inside
        && floor.name().equals("protocol")
        && PROTOCOL_LIBRARIES.stream().noneMatch(use.to()::startsWith)
        && ALLOWANCES.stream().noneMatch(allowance -> allowance.covers(use))) {
      return Set.of(use.from() + " uses " + use.to() + ": not a library of the protocol floor");
    }
    return Set.of();
  }

  private static @Nullable Floor find(List<Floor> table, String packageName) {
    return table.stream()
        .filter(floor -> isOurs(packageName) && floor.name().equals(shortName(packageName)))
        .findAny()
        .orElse(null);
  }

  private static boolean isOurs(String packageName) {
    return packageName.equals(ROOT) || packageName.startsWith(ROOT + ".");
  }

  private static String shortName(String packageName) {
    return packageName.equals(ROOT) ? "" : packageName.substring(ROOT.length() + 1);
  }
}
