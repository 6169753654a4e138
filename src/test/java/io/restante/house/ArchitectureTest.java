package io.restante.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.restante.house.Floors.Floor;
import io.restante.house.Floors.Use;
import io.restante.protocol.GatewayException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds the floors of {@link Floors#TABLE} against the compiled classes. */
class ArchitectureTest {
  @Test
  void everyClassUsesOnlyWhatItsFloorMay() {
    Set<Use> uses = uses();
    assertFalse(uses.isEmpty(), "no classes were read");
    assertEquals(Set.of(), Floors.violations(Floors.TABLE, Floors.RESTRICTIONS, uses));
    assertEquals(List.of(), Floors.needless(Floors.ALLOWANCES, uses));
  }

  @Test
  void importsOfTheTableGoDownOnly() {
    assertEquals(List.of(), Floors.faults(Floors.TABLE));
  }

  @Test
  void aTableWithSiblingsUpwardImportsOrUnknownNamesIsFaulty() {
    List<Floor> table =
        List.of(
            new Floor(1, "a", Set.of("b", "c", "d")),
            new Floor(1, "b", Set.of()),
            new Floor(2, "c", Set.of("a")));
    assertEquals(
        List.of(
            "a may import b, which is no lower floor",
            "a may import c, which is no lower floor",
            "a may import d, which is no lower floor"),
        Floors.faults(table));
  }

  @Test
  void anUpwardOrSidewaysImportIsFound() {
    assertViolation("io.restante.mailbox.Store", "io.restante.session.Socket");
    assertViolation("io.restante.mailbox.Store", "io.restante.account.Account");
    assertViolation("io.restante.edge.Router", "io.restante.GatewayConfig");
    assertViolation("io.restante.delivery.Courier", "io.restante.redis.RedisLink");
    assertNoViolation("io.restante.mailbox.Store", "io.restante.redis.RedisLink");
    assertNoViolation("io.restante.mailbox.Store", "io.restante.mailbox.Append$Reply");
    assertNoViolation("io.restante.Main", "io.restante.edge.EdgeVerticle");
    assertNoViolation("io.restante.edge.package-info", "org.jspecify.annotations.NullMarked");
  }

  @Test
  void aPackageOutsideTheTableIsFound() {
    assertViolation("io.restante.misc.Thing", "java.lang.String");
    assertViolation("io.restante.edge.deeper.Thing", "java.lang.String");
    assertViolation("io.restante.edge.Thing", "io.restante.misc.Thing");
  }

  @Test
  void aLibraryThatTheProtocolFloorMayNotUseIsFound() {
    assertViolation("io.restante.protocol.Frame", "io.vertx.core.Future");
    assertViolation("io.restante.protocol.Frame", "org.slf4j.Logger");
    assertNoViolation("io.restante.protocol.Frame", "io.vertx.core.buffer.Buffer");
    assertNoViolation("io.restante.protocol.Frame", "java.util.List");
    assertNoViolation("io.restante.redis.Link", "io.vertx.core.Future");
    assertViolation("io.restante.protocol.Frame", "io.netty.buffer.ByteBuf");
    assertNoViolation("io.restante.protocol.Wire", "io.netty.buffer.ByteBuf");
  }

  @Test
  void restrictedLibrariesAndStandardOutputAreFound() {
    assertViolation("io.restante.edge.Thing", "java.util.logging.Logger");
    assertViolation("io.restante.Gateway", "java.lang.System.out");
    assertViolation("io.restante.Gateway", "java.lang.System.exit");
    assertViolation("io.restante.prekey.Upload", "org.signal.libsignal.protocol.IdentityKey");
    assertViolation("io.restante.edge.Thing", "org.whispersystems.signalservice.api.Thing");
    assertNoViolation("io.restante.Main", "java.lang.System.out");
  }

  private static void assertViolation(String from, String to) {
    assertEquals(1, violations(from, to).size(), from + " uses " + to);
  }

  private static void assertNoViolation(String from, String to) {
    assertEquals(Set.of(), violations(from, to));
  }

  private static Set<String> violations(String from, String to) {
    return Floors.violations(Floors.TABLE, Floors.RESTRICTIONS, Set.of(new Use(from, to)));
  }

  private static Set<Use> uses() {
    return new ClassFileImporter()
            // Where the gateway's own classes lie, whatever built them: tests lie elsewhere.
            .importUrl(GatewayException.class.getProtectionDomain().getCodeSource().getLocation())
            .stream()
            .flatMap(type -> Stream.concat(typesUsedBy(type), membersUsedBy(type)))
            .collect(Collectors.toSet());
  }

  private static Stream<Use> typesUsedBy(JavaClass type) {
    return type.getDirectDependenciesFromSelf().stream()
        .map(dependency -> dependency.getTargetClass().getBaseComponentType())
        .filter(target -> !target.isPrimitive())
        .map(target -> new Use(type.getName(), target.getName()));
  }

  private static Stream<Use> membersUsedBy(JavaClass type) {
    return type.getAccessesFromSelf().stream()
        .filter(access -> access.getTargetOwner().isEquivalentTo(System.class))
        .map(access -> new Use(type.getName(), "java.lang.System." + access.getTarget().getName()));
  }
}
