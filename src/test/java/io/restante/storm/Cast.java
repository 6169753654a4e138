package io.restante.storm;

import io.restante.faults.Line;
import io.restante.testing.client.Phone;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * All who take part: accounts of one to three devices.
 *
 * @param accounts the devices of each
 */
record Cast(List<List<Member>> accounts) {
  private static final int DEVICES_MAX = 3;

  /** Registers so many accounts at this port, while nothing goes wrong. */
  static Cast register(Random random, int count, int port) {
    List<List<Member>> accounts = new ArrayList<>();
    try (Line line = new Line(port)) {
      for (int i = 0; i < count; i++) {
        Phone phone = new Phone(line.channel(), "+1999" + (2_000_000 + i)).register();
        // A linked device has a key that its account does not know.
        String accessKey = phone.accessKey();
        List<Member> devices = new ArrayList<>(List.of(Member.of(phone, accessKey)));
        for (int more = random.nextInt(DEVICES_MAX); more > 0; more--) {
          devices.add(Member.of(phone.link(), accessKey));
        }
        accounts.add(List.copyOf(devices));
      }
    }
    return new Cast(List.copyOf(accounts));
  }

  /** All devices. */
  List<Member> members() {
    return accounts.stream().flatMap(List::stream).toList();
  }

  /** The accounts. */
  List<String> acis() {
    return accounts.stream().map(devices -> devices.get(0).device().aci()).toList();
  }

  /** The devices of an account. */
  List<Member> anyAccount(Random random) {
    return accounts.get(random.nextInt(accounts.size()));
  }
}
