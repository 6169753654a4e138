package io.restante.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.testing.GatewayExtension;
import io.restante.testing.LogTrap;
import io.restante.testing.RedisSnapshot;
import io.restante.testing.client.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A world in which things are tried that must not work, and what came of them. */
final class Trial implements AutoCloseable {
  private static final Set<String> PROBLEM = Set.of("type", "title", "status", "detail", "code");

  private final GatewayExtension gateway;
  private final World world;
  private final LogTrap log;
  private final List<String> failures = new ArrayList<>();

  Trial(GatewayExtension gateway) {
    this.gateway = gateway;
    this.world = new World(gateway);
    this.log = LogTrap.open();
  }

  World world() {
    return world;
  }

  /** All of Redis, but for keys whose name contains one of these. */
  Map<String, String> redis(String... besides) {
    Map<String, String> all = RedisSnapshot.of(gateway.redis());
    all.keySet().removeIf(key -> List.of(besides).stream().anyMatch(key::contains));
    return all;
  }

  /** Notes an answer that is not a refusal of the contract with one of these statuses. */
  void refused(String what, Answer answer, Set<Integer> statuses) {
    boolean fixedBody = answer.status() == 409 || answer.status() == 410;
    boolean good =
        statuses.contains(answer.status())
            && answer.header("X-Signal-Timestamp") != null
            && (fixedBody
                || ("application/problem+json".equals(answer.header("Content-Type"))
                    && answer.json().fieldNames().equals(PROBLEM)));
    if (!good) {
      fail(what + ": " + answer.status() + ' ' + answer.text());
    }
  }

  /** Notes an answer that is not 200 or 204. */
  void taken(String what, Answer answer) {
    if (answer.status() != 200 && answer.status() != 204) {
      fail(what + ": " + answer.status() + ' ' + answer.text());
    }
  }

  /** Notes a failure; the trial goes on. */
  void fail(String what) {
    failures.add(what);
  }

  /** Fails with all that was noted. */
  void assertNoFailures() {
    assertTrue(failures.isEmpty(), () -> failures.size() + ":\n" + String.join("\n", failures));
  }

  /** Ends it; the log has no alarm and nothing of what was sent. */
  @Override
  public void close() {
    world.close();
    log.close();
    assertEquals(List.of(), log.alarms());
    for (String line : log.lines()) {
      assertFalse(line.contains(WrongBodies.MARKER), line);
    }
  }
}
