package io.restante.storm;

import io.restante.faults.Line;
import io.restante.faults.Standstill;
import io.restante.testing.client.Phone;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/**
 * All who take part: accounts of one to three devices.
 *
 * @param accounts the devices of each
 */
record Cast(List<List<Member>> accounts) {
  private static final int DEVICES_MAX = 3;
  private static final int TIMES_MAX = 4;

  /** Registers so many accounts, while no fault strikes. */
  static Cast register(Random random, int count, Weather weather, Consumer<String> teller) {
    List<List<Member>> accounts = new ArrayList<>();
    try (Line line = new Line(weather.port())) {
      for (int i = 0; i < count; i++) {
        String handle = "+1999" + (2_000_000 + i);
        int devices = 1 + random.nextInt(DEVICES_MAX);
        accounts.add(register(handle, devices, line, weather, teller));
      }
    }
    return new Cast(List.copyOf(accounts));
  }

  /** Once more where something stood still and only there: then it was right to be refused. */
  private static List<Member> register(
      String handle, int devices, Line line, Weather weather, Consumer<String> teller) {
    for (int time = 1; ; time++) {
      try {
        return register(handle, devices, line);
      } catch (AssertionError | RuntimeException e) {
        List<Standstill> reasons = weather.stage().standstills();
        if (reasons.isEmpty() || time == TIMES_MAX) {
          throw e;
        }
        teller.accept(handle + " is registered once more: " + e.getMessage() + ", " + reasons);
      }
    }
  }

  private static List<Member> register(String handle, int devices, Line line) {
    Phone phone = new Phone(line.channel(), handle).register();
    // A linked device has a key that its account does not know.
    String accessKey = phone.accessKey();
    List<Member> members = new ArrayList<>(List.of(Member.of(phone, accessKey)));
    while (members.size() < devices) {
      members.add(Member.of(phone.link(), accessKey));
    }
    return List.copyOf(members);
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
