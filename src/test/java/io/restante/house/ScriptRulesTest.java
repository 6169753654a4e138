package io.restante.house;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Shows that the rule for scripts catches what breaks it. */
class ScriptRulesTest {
  private static final String PLACE = "mailbox/append.lua";
  private static final String SCRIPT =
      """
      -- Appends one envelope.
      -- KEYS[1] stream, ARGV[1] envelope, ARGV[2..3] limits
      -- Returns its id.
      return redis.call('XADD', KEYS[1], '*', 'e', ARGV[1], ARGV[3])
      """;
  private static final JavaSource APPEND =
      source("io.restante.mailbox", "Append", "class Append { String s = \"mailbox/append\"; }");
  private static final JavaSource TEST =
      source("io.restante.mailbox", "AppendIT", "class AppendIT { Append append; }");

  @Test
  void aScriptWithContractClassAndTestPasses() {
    assertEquals(List.of(), faults(PLACE, SCRIPT, List.of(APPEND), List.of(TEST)));
  }

  @Test
  void aScriptOutsideItsPackagesFolderIsFound() {
    assertEquals(
        List.of("is not at <package>/<verb>.lua"),
        faults("append.lua", SCRIPT, List.of(APPEND), List.of(TEST)));
  }

  @Test
  void aScriptWithoutExactlyOneClassInItsPackageIsFound() {
    assertEquals(
        List.of("is named by [] (expected: one class of io.restante.mailbox)"),
        faults(PLACE, SCRIPT, List.of(), List.of(TEST)));
    assertEquals(
        List.of("is named by [Append, Append] (expected: one class of io.restante.mailbox)"),
        faults(PLACE, SCRIPT, List.of(APPEND, APPEND), List.of(TEST)));
    JavaSource elsewhere =
        source("io.restante.edge", "Append", "class Append { String s = \"mailbox/append\"; }");
    assertEquals(
        List.of("is named by io.restante.edge (expected: io.restante.mailbox)"),
        faults(PLACE, SCRIPT, List.of(elsewhere), List.of(TEST)));
  }

  @Test
  void aScriptWithoutTestIsFound() {
    JavaSource other = source("io.restante.mailbox", "OtherTest", "class OtherTest {}");
    assertEquals(
        List.of("no test names it or Append"),
        faults(PLACE, SCRIPT, List.of(APPEND), List.of(other)));
  }

  @Test
  void aContractThatLacksAnArgumentOrTheReplyIsFound() {
    assertEquals(
        List.of("does not open with its contract in -- lines"),
        ScriptRules.contract("return KEYS[1]"));
    assertEquals(
        List.of("its contract does not say what it returns"),
        ScriptRules.contract("-- Nothing.\n"));
    assertEquals(
        List.of(
            "its contract does not name ARGV[2]",
            "its contract does not name KEYS[1]",
            "its contract does not name KEYS"),
        ScriptRules.contract("-- Returns ARGV[1].\nreturn {KEYS[1], ARGV[1], ARGV[2], #KEYS}"));
  }

  private static List<String> faults(
      String place, String text, List<JavaSource> main, List<JavaSource> tests) {
    return ScriptRules.check(place, text, main, tests).stream().map(Finding::what).toList();
  }

  private static JavaSource source(String packageName, String type, String text) {
    return JavaSource.parse(type + ".java", "package " + packageName + ";\n" + text);
  }
}
