package io.restante.mailbox;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.restante.mailbox.Append.Parcel;
import io.restante.protocol.Identity;
import io.restante.protocol.MultiRecipientMessage.Device;
import io.restante.testing.MailboxBed;
import io.restante.testing.RedisServerExtension;
import io.restante.testing.RedisSnapshot;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A check says what the append says, and changes nothing. */
class DeviceCheckIT {
  @RegisterExtension static final RedisServerExtension redis = new RedisServerExtension();

  private final MailboxBed bed = new MailboxBed(redis);

  @AfterEach
  void close() {
    bed.close();
  }

  private Optional<AppendResult> check(Identity identity, int excluded, List<Device> devices) {
    Map<String, String> before = RedisSnapshot.of(redis);
    Optional<AppendResult> refusal =
        bed.await(() -> bed.store().check(bed.aci(), identity, excluded, devices));
    assertEquals(before, RedisSnapshot.of(redis));
    return refusal;
  }

  private Optional<AppendResult> append(Identity identity, int excluded, List<Device> devices) {
    List<Parcel> parcels =
        devices.stream()
            .map(device -> new Parcel(device.id(), device.registrationId(), Buffer.buffer("x")))
            .toList();
    AppendResult result =
        bed.append(new Append(bed.aci(), identity, true, excluded, false, parcels, null));
    return result instanceof AppendResult.Taken ? Optional.empty() : Optional.of(result);
  }

  private static Device device(int id, int registrationId) {
    return new Device(id, registrationId);
  }

  private static List<List<Device>> sendersView() {
    return List.of(
        List.of(),
        List.of(device(1, 1001), device(2, 1002), device(10, 1010)),
        List.of(device(10, 2010), device(2, 2002), device(1, 2001)),
        List.of(device(1, 2001), device(2, 2002), device(10, 1010)),
        List.of(device(1, 0), device(2, 0), device(10, 0)),
        List.of(device(10, 5), device(2, 1002), device(1, 5)),
        List.of(device(2, 1002), device(10, 1010)),
        List.of(device(20, 1020), device(10, 5), device(3, 1003)),
        List.of(device(1, 1001), device(2, 1002), device(10, 1010), device(127, 1)));
  }

  @Test
  void whateverTheSenderKnowsOfTheDevices() {
    bed.withDevices(1, 2);
    // As a device of 2015 is registered: without an id of its PNI.
    redis.command("HSET", bed.names().devices(), 10, "1010");
    for (Identity identity : Identity.values()) {
      for (int excluded : new int[] {0, 1, 10, 30}) {
        for (List<Device> devices : sendersView()) {
          assertEquals(
              append(identity, excluded, devices),
              check(identity, excluded, devices),
              identity + " but for " + excluded + ": " + devices);
        }
      }
    }
    assertEquals(
        Optional.of(new AppendResult.Mismatched(List.of(1, 2), List.of(3, 20))),
        check(Identity.ACI, 0, sendersView().get(7)));
    assertEquals(
        Optional.of(new AppendResult.Stale(List.of(1, 10))),
        check(Identity.ACI, 0, sendersView().get(5)));
    assertEquals(Optional.empty(), check(Identity.ACI, 0, sendersView().get(1)));
  }

  @Test
  void anAccountThatIsNotThere() {
    for (List<Device> devices : sendersView()) {
      assertEquals(Optional.of(new AppendResult.NoAccount()), check(Identity.ACI, 0, devices));
      assertEquals(Optional.of(new AppendResult.NoAccount()), append(Identity.ACI, 0, devices));
    }
  }
}
