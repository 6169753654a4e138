package io.restante.house;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.restante.house.StyleExceptions.Exemption;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Shows that each rule of the style test catches what breaks it. */
class StyleRulesTest {
  private static final String PATH = "src/main/java/io/restante/edge/Thing.java";

  @Test
  void aFileOfMoreThan400LinesIsFound() {
    assertEquals(List.of(), StyleRules.sizes(PATH, "x\n".repeat(400)));
    assertEquals(
        List.of(new Finding(Rule.FILE_LINES, PATH, "401 lines")),
        StyleRules.sizes(PATH, "x\n".repeat(401)));
  }

  @Test
  void aLineOfMoreThan100ColumnsIsFoundUnlessItIsAnImport() {
    assertEquals(List.of(), StyleRules.sizes(PATH, "é".repeat(100)));
    assertEquals(List.of(), StyleRules.sizes(PATH, "import " + "a".repeat(100) + ";"));
    assertEquals(
        List.of(new Finding(Rule.COLUMNS, PATH, "line 2 has 101 columns")),
        StyleRules.sizes(PATH, "x\n" + "é".repeat(101)));
  }

  @Test
  void aFunctionOfMoreThan60LinesIsFoundItsJavadocApart() {
    String fits = "void f() {" + "\n".repeat(59) + "}";
    String exceeds = "void f() {" + "\n".repeat(60) + "}";
    assertEquals(List.of(), shapes("class Thing { /** " + "\n".repeat(70) + "*/\n" + fits + "}"));
    assertEquals(
        List.of(new Finding(Rule.FUNCTION_LINES, "Thing.f", "61 lines")),
        shapes("class Thing { " + exceeds + "}"));
    assertEquals(
        List.of(new Finding(Rule.FUNCTION_LINES, "Inner.<init>", "61 lines")),
        shapes("class Thing { class Inner { Inner() {" + "\n".repeat(60) + "} } }"));
    assertEquals(
        List.of(new Finding(Rule.FUNCTION_LINES, "Thing.<initializer>", "61 lines")),
        shapes("class Thing { static {" + "\n".repeat(60) + "} }"));
  }

  @Test
  void aTypeOrPackageWithAnEmptyWordIsFound() {
    assertEquals(
        List.of(new Finding(Rule.NAME, "RedisManager", "Manager")),
        shapes("class RedisManager {}"));
    assertEquals(
        List.of(
            new Finding(Rule.NAME, "PushServiceImpl", "Service"),
            new Finding(Rule.NAME, "PushServiceImpl", "Impl")),
        shapes("class Thing { record PushServiceImpl() {} }"));
    assertEquals(
        List.of(new Finding(Rule.NAME, "StringUtils", "Utils")),
        shapes("interface StringUtils {}"));
    assertEquals(
        List.of(new Finding(Rule.NAME, "ServiceId", "Service")), shapes("class ServiceIdTest {}"));
    assertEquals(
        List.of(new Finding(Rule.NAME, "io.restante.util", "util")),
        StyleRules.shapes(JavaSource.parse(PATH, "package io.restante.util; class Thing {}")));
    assertEquals(List.of(), shapes("enum Utilization { IMPLIED }"));
  }

  @Test
  void aSleepIsFound() {
    JavaSource source =
        JavaSource.parse("ThingTest.java", "class ThingTest { void f() { Thread.sleep(10); } }");
    assertEquals(
        List.of(new Finding(Rule.SLEEP, "ThingTest", "Thread.sleep")), StyleRules.sleeps(source));
  }

  @Test
  void anExemptionCoversItsPlaceOnlyAndMustBeNeeded() {
    Finding finding = new Finding(Rule.NAME, "ServiceId", "Service");
    Exemption needed = new Exemption(Rule.NAME, "ServiceId", "a term");
    Exemption needless = new Exemption(Rule.FILE_LINES, "ServiceId", "long");
    List<Exemption> exemptions = List.of(needed, needless);
    assertEquals(List.of(), StyleExceptions.remaining(exemptions, List.of(finding)));
    assertEquals(List.of(needless), StyleExceptions.needless(exemptions, List.of(finding)));
    Finding other = new Finding(Rule.NAME, "Services", "Services");
    assertEquals(List.of(other), StyleExceptions.remaining(exemptions, List.of(other)));
  }

  private static List<Finding> shapes(String text) {
    return StyleRules.shapes(JavaSource.parse(PATH, "package io.restante.edge;\n" + text));
  }
}
