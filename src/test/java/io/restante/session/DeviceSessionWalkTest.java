package io.restante.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.testing.Seeded;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random walks of a session through a small world; {@link SessionWorld} holds the promises. */
class DeviceSessionWalkTest {
  private static final int WALKS = 800;
  private static final int STEPS = 400;

  /** How hard the world is on the session. */
  private record Weather(boolean clientFails, boolean redisFails, boolean idsStepBack) {}

  @Test
  void deliversAllInOrderToAClientThatAcks() {
    walk("deliversAllInOrderToAClientThatAcks", new Weather(false, false, false));
  }

  @Test
  void deliversAllWhileTheClientRefusesAndForgets() {
    walk("deliversAllWhileTheClientRefusesAndForgets", new Weather(true, false, false));
  }

  @Test
  void deliversAllWhileRedisFailsAndRingsAreLost() {
    walk("deliversAllWhileRedisFailsAndRingsAreLost", new Weather(false, true, false));
  }

  @Test
  void deliversAllWhileIdsStepBackAndEverythingFails() {
    walk("deliversAllWhileIdsStepBackAndEverythingFails", new Weather(true, true, true));
  }

  private static void walk(String test, Weather weather) {
    Random seeds = Seeded.random(test);
    int deliveries = 0;
    int closes = 0;
    for (int i = 0; i < WALKS; i++) {
      SessionWorld world = new SessionWorld(new Random(seeds.nextLong()));
      int backlog = world.random.nextInt(30);
      for (int j = 0; j < backlog; j++) {
        world.append(false);
      }
      world.connect();
      for (int step = 0; step < STEPS; step++) {
        step(world, weather);
        if (world.closed != null) {
          closes++;
          world.connect();
        }
      }
      drain(world, weather);
      deliveries += world.deliveries;
    }
    System.out.println(test + ": " + deliveries + " deliveries, " + closes + " closes");
    assertTrue(deliveries > WALKS * 20);
    assertEquals(weather.clientFails(), closes > 0);
  }

  private static void step(SessionWorld world, Weather weather) {
    Random random = world.random;
    int roll = random.nextInt(1000);
    boolean redisFails = weather.redisFails() && random.nextInt(10) == 0;
    if (roll < 150) {
      world.append(!weather.redisFails() || random.nextInt(4) > 0);
    } else if (roll < 300) {
      world.hearRing();
    } else if (roll < 550) {
      world.stepRead(redisFails);
    } else if (roll < 650) {
      world.stepDeletion(redisFails);
    } else if (roll < 800) {
      world.answerSome(weather.clientFails() && random.nextInt(12) == 0 ? 500 : 200);
    } else if (roll < 850) {
      world.writeAll();
    } else if (roll < 900) {
      world.setWritable(random.nextBoolean());
    } else if (roll < 930) {
      world.answerOnlineRead();
    } else if (roll < 960) {
      // Short of the deadline where the client is to be found faultless.
      world.ackAllIf(!weather.clientFails());
      world.passTime(random.nextInt(SessionWorld.DEADLINE_MS / 2));
    } else if (roll < 970) {
      world.sweep();
    } else if (roll < 975) {
      world.expireOne();
    } else if (roll < 980 && weather.idsStepBack()) {
      world.failOver();
    } else if (roll < 982 && weather.clientFails()) {
      world.drain();
    }
  }

  /** All is well from now on: everything must come to rest, with nothing left. */
  private static void drain(SessionWorld world, Weather weather) {
    world.setWritable(true);
    if (weather.redisFails()) {
      // Rings were lost.
      world.sweep();
    }
    for (int i = 0; i < 2_000; i++) {
      if (world.closed != null) {
        world.connect();
      }
      if (world.mailbox.isEmpty() && world.isQueueEmptySent() && world.session.inFlight() == 0) {
        return;
      }
      world.hearRing();
      world.stepRead(false);
      world.answerOnlineRead();
      world.writeAll();
      world.ackAll();
      world.stepDeletion(false);
      // Past every pause after a failure, and before any deadline: all is acked.
      world.passTime(SessionWorld.DEADLINE_MS - 1);
    }
    throw new AssertionError("left in the mailbox: " + world.mailbox.size());
  }
}
