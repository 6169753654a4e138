package io.restante.prekey;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.prekey.UploadResult.Status;
import io.restante.protocol.Identity;
import io.restante.testing.RedisServerExtension;
import io.restante.testing.RedisSnapshot;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How many names of pools {@code prekey/upload} remembers, whatever {@code delete-pool} does. */
class LedgerNamesIT {
  @RegisterExtension static final RedisServerExtension redis = new RedisServerExtension();

  private final PoolBed bed = new PoolBed(redis);
  private final NamedPoolStore pools =
      new RedisNamedPools(
          bed.link,
          PoolBed.CONFIG,
          new NamedPoolsConfig(2, 3, 100, 16_384, 1 << 20, 60, 600),
          bed.metrics,
          ClaimListener.NONE);

  @BeforeEach
  void register() {
    bed.addDevice(1);
  }

  @AfterEach
  void close() {
    bed.close();
  }

  private static NamedEntry entry(String text) {
    return new NamedEntry(null, text.getBytes(StandardCharsets.UTF_8));
  }

  private UploadResult upload(String name, List<NamedEntry> entries, @Nullable NamedEntry last) {
    NamedPoolUpload upload = new NamedPoolUpload(new PoolName(name), entries, last, false, 0);
    return bed.await(() -> pools.upload(bed.device(1), upload));
  }

  private void assertFilled(String name) {
    assertEquals(
        new UploadResult(Status.STORED, 1, 0),
        upload(name, List.of(entry(name + bed.keys.ec(1))), null));
  }

  private void delete(String name) {
    assertTrue(bed.await(() -> pools.delete(bed.device(1), new PoolName(name))));
  }

  private void fillAndDeleteThree() {
    for (String name : List.of("one", "two", "three")) {
      assertFilled(name);
      delete(name);
    }
  }

  @Test
  void aNameTooManyIsRefusedAndChangesNothing() {
    fillAndDeleteThree();
    Map<String, String> before = RedisSnapshot.of(redis);
    assertEquals(
        new UploadResult(Status.TOO_MANY_NAMES, 0, 0),
        upload("four", List.of(entry("a")), entry("last")));
    assertEquals(before, RedisSnapshot.of(redis));
  }

  @Test
  void aNameThatTheLedgerHasCanBeFilledAgainAndAgain() {
    fillAndDeleteThree();
    assertFilled("one");
    assertFilled("one");
    delete("one");
    assertFilled("two");
  }

  @Test
  void whatLeavesNothingInTheLedgerDoesNotCount() {
    fillAndDeleteThree();
    assertEquals(Status.STORED, upload("four", List.of(), entry("last")).status());
    delete("four");
    assertEquals(3L, redis.command("HLEN", bed.names.ledger(Identity.ACI, 1)));
  }

  @Test
  void thePoolsOfTheSignalProtocolDoNotCount() {
    bed.upload(1, bed.whole(bed.keys.ecs(1, 1), List.of(bed.keys.kem(2))));
    fillAndDeleteThree();
    assertEquals(Status.STORED, bed.upload(1, bed.oneTime(bed.keys.ecs(2, 1), List.of())).status());
    assertEquals(5L, redis.command("HLEN", bed.names.ledger(Identity.ACI, 1)));
  }

  @Test
  void poolsThatAreThereAreCountedFirst() {
    assertFilled("one");
    assertFilled("two");
    assertEquals(Status.TOO_MANY_POOLS, upload("three", List.of(entry("a")), null).status());
    delete("one");
    assertFilled("three");
  }
}
