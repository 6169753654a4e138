package io.restante.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.restante.PushKeyFile;
import io.restante.testing.GatewayExtension;
import io.restante.testing.Seeded;
import io.restante.testing.client.Answer;
import io.restante.testing.client.Ask;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A body that no client of the contract sends is refused by the contract's 4xx, over HTTP and in
 * the socket; it changes nothing in Redis, and the log has nothing of it.
 */
class BadInputIT {
  private static final int MUTATIONS = Seeded.rounds(500);
  private static final int BODY_BYTES_MAX = 2 * 1024 * 1024;
  private static final Set<Integer> TAKEN = Set.of(200, 204);
  private static final Set<Integer> WRONG = Set.of(400, 401, 422);
  private static final Set<Integer> REFUSALS = Set.of(400, 401, 403, 404, 409, 410, 413, 415, 422);
  private static final List<String> OTHER_TYPES =
      List.of("text/plain", "application/json-" + WrongBodies.MARKER, ";", "");

  /**
   * Low stock tells nobody: the word for a claim that was taken is written behind its answer. A
   * client with a body that is refused may take its time.
   */
  @RegisterExtension
  static final GatewayExtension gateway =
      PushKeyFile.in(new GatewayExtension())
          .with("prekey.low-stock", "0")
          .with("http.discard-ms", "20000");

  private Trial trial;
  private World world;

  @BeforeEach
  void begin() {
    trial = new Trial(gateway);
    world = trial.world();
  }

  @AfterEach
  void end() {
    trial.close();
  }

  private void refused(String what, BodyRoute route, Ask ask, Set<Integer> statuses) {
    String name = route.name() + ": " + what;
    trial.refused(name + " over http", world.overHttp(route.who(), ask), statuses);
    trial.refused(name + " in the socket", world.overSocket(route.who(), ask), statuses);
  }

  @Test
  void everyFieldRefusesWhatIsNotOfItsTypeAndTheWholeIsTakenWithout() {
    for (BodyRoute route : BodyRoute.all(world)) {
      Map<String, String> before = trial.redis();
      WrongBodies.of(route).forEach((what, body) -> refused(what, route, route.with(body), WRONG));
      refused("not UTF-8", route, route.with(WrongBodies.notUtf8(route)), Set.of(400));
      for (String type : OTHER_TYPES) {
        refused("of type " + type, route, route.valid().with("Content-Type", type), Set.of(415));
      }
      byte[] large = new byte[BODY_BYTES_MAX + 1];
      Arrays.fill(large, (byte) ' ');
      Answer tooLarge = world.overHttp(route.who(), route.with(large));
      trial.refused(route.name() + ": too large", tooLarge, Set.of(413));
      trial.assertNoFailures();
      assertEquals(before, trial.redis(), route.name());
      trial.taken(route.name(), world.overHttp(route.who(), route.valid()));
    }
    trial.assertNoFailures();
  }

  @Test
  void randomChangesOfGoodBodiesAreTakenOrRefusedAndNeverBreakAnything() {
    Random random = Seeded.random("BadInputIT");
    List<BodyRoute> routes = BodyRoute.all(world);
    Map<String, String> before = trial.redis();
    for (int i = 0; i < MUTATIONS; i++) {
      BodyRoute route = routes.get(random.nextInt(routes.size()));
      Ask ask = route.with(mutated(bytes(route), random));
      String what = route.name() + ": mutation " + i;
      Answer answer =
          random.nextBoolean()
              ? world.overHttp(route.who(), ask)
              : world.overSocket(route.who(), ask);
      if (TAKEN.contains(answer.status())) {
        before = trial.redis();
        continue;
      }
      trial.refused(what, answer, REFUSALS);
      trial.assertNoFailures();
      assertEquals(before, trial.redis(), what);
    }
  }

  private static byte[] bytes(BodyRoute route) {
    return route.body().encode().getBytes(StandardCharsets.UTF_8);
  }

  /** A byte changed, the end cut off, a part left out, bytes put in, or a part put in twice. */
  private static byte[] mutated(byte[] body, Random random) {
    int at = random.nextInt(body.length);
    int length = 1 + random.nextInt(Math.min(64, body.length));
    return switch (random.nextInt(5)) {
      case 0 -> spliced(body, at, at + 1, Seeded.bytes(random, 1));
      case 1 -> Arrays.copyOf(body, at);
      case 2 -> spliced(body, at, Math.min(body.length, at + length), new byte[0]);
      case 3 -> spliced(body, at, at, Seeded.bytes(random, length));
      default -> spliced(body, at, at, Arrays.copyOfRange(body, 0, length));
    };
  }

  private static byte[] spliced(byte[] bytes, int from, int to, byte[] between) {
    byte[] made = Arrays.copyOf(bytes, from + between.length + bytes.length - to);
    System.arraycopy(between, 0, made, from, between.length);
    System.arraycopy(bytes, to, made, from + between.length, bytes.length - to);
    return made;
  }
}
