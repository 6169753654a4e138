package io.restante.mailbox;

import io.restante.protocol.Identity;
import io.restante.protocol.MultiRecipientMessage.Device;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The devices that a sender knows, held against those that an account has. Refuses what {@code
 * mailbox/append} would refuse for them, with the same words. Pure.
 */
final class DeviceCheck {
  private DeviceCheck() {}

  /**
   * The refusal, empty where there is none.
   *
   * @param registered the account's devices with their registration ids, as {@code HGETALL} tells
   */
  static Optional<AppendResult> refusal(
      @Nullable Response registered, Identity identity, int excludedDevice, List<Device> devices) {
    Map<Integer, String> expected = expected(registered, identity);
    if (expected.isEmpty()) {
      return Optional.of(new AppendResult.NoAccount());
    }
    expected.remove(excludedDevice);
    List<Integer> extra =
        devices.stream().map(Device::id).filter(id -> !expected.containsKey(id)).sorted().toList();
    List<Integer> stale =
        devices.stream().filter(one -> isStale(one, expected)).map(Device::id).sorted().toList();
    devices.forEach(one -> expected.remove(one.id()));
    List<Integer> missing = List.copyOf(expected.keySet());
    if (!missing.isEmpty() || !extra.isEmpty()) {
      return Optional.of(new AppendResult.Mismatched(missing, extra));
    }
    return stale.isEmpty() ? Optional.empty() : Optional.of(new AppendResult.Stale(stale));
  }

  private static boolean isStale(Device device, Map<Integer, String> expected) {
    String registration = expected.get(device.id());
    return registration != null
        && device.registrationId() != Append.ANY_REGISTRATION
        && !registration.equals(String.valueOf(device.registrationId()));
  }

  /** Device to registration id, ascending. One of 2015 has none of its PNI: the ACI's counts. */
  private static Map<Integer, String> expected(@Nullable Response registered, Identity identity) {
    Map<Integer, String> expected = new TreeMap<>();
    for (int i = 0; registered != null && i < registered.size(); i += 2) {
      String[] ids = registered.get(i + 1).toString().split(":", 2);
      boolean ofPni = identity == Identity.PNI && ids.length == 2 && !ids[1].isEmpty();
      expected.put(registered.get(i).toInteger(), ids[ofPni ? 1 : 0]);
    }
    return expected;
  }
}
