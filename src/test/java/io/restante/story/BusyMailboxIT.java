package io.restante.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.testing.GatewayExtension;
import io.restante.testing.RedisProcess;
import io.restante.testing.client.Answer;
import io.restante.testing.client.Ask;
import io.restante.testing.client.ClientSocket;
import io.restante.testing.client.Outgoing;
import io.restante.testing.client.Phone;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A client that asks for its large mailbox over and over takes Redis from nobody else. */
class BusyMailboxIT {
  private static final int LARGE_BYTES = 250 * 1024;
  private static final int LARGE = 17;
  private static final int POLLS = 31;
  private static final int POLLS_TAKEN = 4;
  private static final int ROUNDS = 3;

  @RegisterExtension
  static final GatewayExtension gateway =
      new GatewayExtension().with("mailbox.polls-max", String.valueOf(POLLS_TAKEN));

  private final Cast cast = new Cast(gateway.publicUrl());
  private final Phone alice = cast.phone();
  private final Phone bob = cast.phone();

  @AfterEach
  void close() {
    cast.close();
  }

  private void fill() {
    Outgoing large =
        new Outgoing(Outgoing.CIPHERTEXT, 1, bob.aciKeys().registrationId(), new byte[LARGE_BYTES]);
    for (int i = 0; i < LARGE; i++) {
      alice.ask(Outgoing.sending(bob.aci(), i, List.of(large))).expect(200);
    }
  }

  @Test
  void manyPollsAtOnceInOneSocketAreTakenInTurnOrRefusedAndOthersAreServed() {
    RedisProcess redis = gateway.redis().process();
    fill();
    double lost = linksLost();
    for (int round = 0; round < ROUNDS; round++) {
      ClientSocket socket = cast.connect(bob);
      // The first of them would be over before the last ones come, were Redis to answer by then.
      redis.freeze();
      List<CompletableFuture<Answer>> polls =
          IntStream.range(0, POLLS).mapToObj(i -> socket.send(Ask.get("/v1/messages"))).toList();
      for (CompletableFuture<Answer> refused : polls.subList(POLLS_TAKEN, POLLS)) {
        assertEquals("1", refused.join().expect(429).header("Retry-After"));
      }
      redis.thaw();
      List<CompletableFuture<Answer>> taken = polls.subList(0, POLLS_TAKEN);
      CompletableFuture<Void> all =
          CompletableFuture.allOf(taken.toArray(CompletableFuture[]::new));
      List<Integer> others = new ArrayList<>();
      while (!all.isDone() || others.isEmpty()) {
        others.add(alice.ask(Ask.get("/v2/keys")).status());
      }
      assertTrue(others.stream().allMatch(status -> status == 200), others::toString);
      taken.forEach(answer -> assertNull(answer.join().expect(200).header("Retry-After")));
      socket.drop();
    }
    assertEquals(lost, linksLost());
  }

  private static double linksLost() {
    return gateway.metric("restante_redis_timeouts_total");
  }
}
