package io.restante.story;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.restante.faults.GatewayHost;
import io.restante.faults.Stage;
import io.restante.testing.EventLoop;
import io.restante.testing.GatewayExtension;
import io.restante.testing.client.Outgoing;
import io.restante.testing.client.Phone;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A gateway dies with a push under way: another brings it. */
class PushCrashIT {
  private static final Operator OPERATOR = new Operator();

  private static final int LEASE_MS = 600_000;

  /** Neither passes by itself in a test, however long the machine stands still. */
  private static final Map<String, String> PUSH =
      Map.of(
          "push.webhook.url",
          OPERATOR.url(),
          "push.webhook.secret",
          Operator.SECRET,
          "push.webhook.timeout-ms",
          "60000",
          "push.lease-ms",
          "" + LEASE_MS);

  @RegisterExtension static final GatewayExtension survivor = survivor();

  @TempDir private Path folder = Path.of(".");
  private final Cast cast = new Cast(survivor.publicUrl());
  private final Phone bob = cast.phone();

  private static GatewayExtension survivor() {
    GatewayExtension gateway = new GatewayExtension();
    PUSH.forEach(gateway::with);
    return gateway;
  }

  @AfterAll
  static void closeOperator() {
    OPERATOR.close();
  }

  @AfterEach
  void close() {
    cast.close();
  }

  private GatewayHost victim() {
    Map<String, String> settings = new HashMap<>(PUSH);
    settings.putAll(survivor.redis().settings());
    settings.putAll(Map.of("http.port", "0", "management.port", "0", "registration.mode", "open"));
    return new GatewayHost(Stage.HONEST, settings, folder.resolve("log"));
  }

  private List<JsonObject> pushes() {
    return OPERATOR.pushesTo(bob.aci());
  }

  @Test
  void whatWasUnderWayIsBroughtOnceMoreAndNothingIsLost() {
    try (GatewayHost victim = victim();
        Cast there = cast(victim)) {
      Phone alice = there.phone();
      OPERATOR.beSilent(true);
      byte[] content = "content".getBytes(StandardCharsets.US_ASCII);
      alice
          .ask(Outgoing.sending(bob.aci(), 1, List.of(new Outgoing(6, 1, 0, content))))
          .expect(200);
      EventLoop.until("it is under way", () -> pushes().size() == 1);
      OwedPushes owed = new OwedPushes(survivor.redis(), bob.aci());
      owed.assertDueWithin(LEASE_MS);
      victim.kill();
      OPERATOR.beSilent(false);
      owed.comeDue();
      EventLoop.until("another brings it", () -> pushes().size() == 2);
      owed.awaitNone();
      assertEquals(2, pushes().size());
    }
  }

  private static Cast cast(GatewayHost gateway) {
    gateway.start();
    return new Cast("http://127.0.0.1:" + gateway.port());
  }
}
