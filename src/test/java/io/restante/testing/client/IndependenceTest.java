package io.restante.testing.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A witness that shared code with the gateway would share its mistakes. */
class IndependenceTest {
  private static final String OURS = "io.restante.";
  private static final Set<String> MAY_USE =
      Set.of("io.restante.testing.client", "io.restante.testing.wire");

  @Test
  void theClientUsesNothingOfTheGateway() {
    JavaClasses classes = new ClassFileImporter().importPackages("io.restante.testing.client");
    assertFalse(classes.isEmpty());
    List<String> uses =
        classes.stream()
            .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
            .filter(use -> isOfTheGateway(use.getTargetClass().getBaseComponentType()))
            .map(Dependency::getDescription)
            .toList();
    assertEquals(List.of(), uses);
  }

  private static boolean isOfTheGateway(JavaClass type) {
    return type.getName().startsWith(OURS) && !MAY_USE.contains(type.getPackageName());
  }
}
