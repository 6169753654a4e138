package io.restante.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.testing.GatewayExtension;
import io.restante.testing.client.Answer;
import io.restante.testing.client.Ask;
import io.restante.testing.client.Bundle;
import io.restante.testing.client.Channel;
import io.restante.testing.client.KeyRing;
import io.restante.testing.client.Peer;
import io.restante.testing.client.Phone;
import io.restante.testing.client.Stock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Many callers at once, at two gateways with several event loops each, over HTTP and in sockets.
 */
class ClaimRacesIT {
  private static final int KEYS = 100;
  private static final int CALLERS = 6;
  private static final int ASKS = 480;

  @RegisterExtension
  static final GatewayExtension gateways = new GatewayExtension(2).with("http.verticles", "3");

  @Test
  void everyKeyReachesOneCallerAndNobodyIsToldEmptyWhileKeysRemain() {
    try (Cast here = new Cast(gateways.gateway(0).publicUrl());
        Cast there = new Cast(gateways.gateway(1).publicUrl())) {
      Phone bob = here.phoneWithKeys(KEYS);
      Phone linked = bob.link();
      linked.refill(KEYS);
      List<Ask> asks = new ArrayList<>();
      List<CompletableFuture<Answer>> answers = new ArrayList<>();
      List<Phone> callers = Cast.many(CALLERS, i -> here.phone());
      List<Channel> ways = new ArrayList<>();
      callers.forEach(caller -> ways.add((ways.size() % 2 == 0 ? here : there).connect(caller)));
      for (int i = 0; i < ASKS; i++) {
        Phone caller = callers.get(i % CALLERS);
        Ask ask = Phone.fetching(new Peer(bob.aci(), 1 + i / CALLERS % 2));
        asks.add(i % 5 == 0 ? Ask.get("/v2/keys/" + bob.aci() + "/*") : ask);
        Channel way = i % 4 == 0 ? here.http() : i % 4 == 1 ? there.http() : ways.get(i % CALLERS);
        answers.add(way.send(caller.signed(asks.get(i))));
      }

      TreeMap<Integer, Integer> asked = new TreeMap<>();
      TreeMap<Integer, Integer> served = new TreeMap<>();
      Set<Object> ecs = new HashSet<>();
      Set<Integer> kems = new HashSet<>();
      for (CompletableFuture<Answer> answer : answers) {
        for (Bundle bundle : Phone.bundles(answer.join())) {
          asked.merge(bundle.device(), 1, Integer::sum);
          if (bundle.preKey() != null) {
            served.merge(bundle.device(), 1, Integer::sum);
            assertTrue(ecs.add(bundle.preKey()), "an EC key came twice");
          }
          if (bundle.pqPreKeyId() >= KeyRing.ONE_TIME_ID_MIN) {
            assertTrue(
                kems.add(bundle.device() << 24 | bundle.pqPreKeyId()), "a KEM key came twice");
          }
        }
      }
      assertTrue(asked.values().stream().allMatch(count -> count > 2 * KEYS), asked.toString());
      assertEquals(new TreeMap<>(Map.of(1, KEYS, 2, KEYS)), served);
      assertEquals(2 * KEYS, kems.size());
      assertEquals(new Stock(0, 0), bob.stock());
      assertEquals(new Stock(0, 0), linked.stock());
    }
  }
}
