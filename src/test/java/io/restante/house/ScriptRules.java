package io.restante.house;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Every Lua script has its place, its contract, one class and a test (rule 7). Pure. */
final class ScriptRules {
  private static final Pattern PLACE = Pattern.compile("([a-z]+)/[a-z][a-z0-9-]*\\.lua");
  private static final Pattern ARGUMENT =
      Pattern.compile("(KEYS|ARGV)\\[(\\d+)(?:\\s*\\.\\.\\s*\\d+)?]");
  private static final Pattern RANGE = Pattern.compile("(KEYS|ARGV)\\[(\\d+)\\s*\\.\\.\\s*(\\d+)]");
  private static final Pattern WHOLE = Pattern.compile("\\b(KEYS|ARGV)\\b(?!\\[\\d)");

  private ScriptRules() {}

  /**
   * What a script breaks.
   *
   * @param place below {@code lua/}, such as {@code prekey/upload.lua}
   */
  static List<Finding> check(
      String place, String text, Collection<JavaSource> main, Collection<JavaSource> tests) {
    List<String> faults = new ArrayList<>();
    Matcher matcher = PLACE.matcher(place);
    if (matcher.matches()) {
      String owner = Floors.ROOT + "." + matcher.group(1);
      faults.addAll(readers(place.replace(".lua", ""), owner, main, tests));
    } else {
      faults.add("is not at <package>/<verb>.lua");
    }
    faults.addAll(contract(text));
    return faults.stream().map(fault -> new Finding(Rule.SCRIPT, place, fault)).toList();
  }

  /** The opening comment must say what is done, name every argument, and what is returned. */
  static List<String> contract(String text) {
    String header =
        text.lines().takeWhile(line -> line.startsWith("--")).collect(Collectors.joining("\n"));
    String body = text.substring(header.length());
    List<String> faults = new ArrayList<>();
    if (header.isBlank()) {
      return List.of("does not open with its contract in -- lines");
    }
    if (!header.toLowerCase(Locale.ROOT).contains("return")) {
      faults.add("its contract does not say what it returns");
    }
    Set<String> explained = arguments(header);
    for (String used : arguments(body)) {
      if (!explained.contains(used)) {
        faults.add("its contract does not name " + used);
      }
    }
    Matcher whole = WHOLE.matcher(body);
    while (whole.find()) {
      if (!header.contains(whole.group(1))) {
        faults.add("its contract does not name " + whole.group(1));
      }
    }
    return faults.stream().distinct().toList();
  }

  private static Set<String> arguments(String text) {
    Set<String> found = new TreeSet<>();
    Matcher one = ARGUMENT.matcher(text);
    while (one.find()) {
      found.add(one.group(1) + "[" + one.group(2) + "]");
    }
    Matcher range = RANGE.matcher(text);
    while (range.find()) {
      int last = Integer.parseInt(range.group(3));
      for (int i = Integer.parseInt(range.group(2)); i <= last; i++) {
        found.add(range.group(1) + "[" + i + "]");
      }
    }
    return found;
  }

  private static List<String> readers(
      String script, String owner, Collection<JavaSource> main, Collection<JavaSource> tests) {
    List<JavaSource> readers =
        main.stream().filter(source -> source.strings().contains(script)).toList();
    if (readers.size() != 1) {
      List<String> names = readers.stream().map(JavaSource::typeName).toList();
      return List.of("is named by " + names + " (expected: one class of " + owner + ")");
    }
    JavaSource reader = readers.get(0);
    if (!reader.packageName().equals(owner)) {
      return List.of("is named by " + reader.packageName() + " (expected: " + owner + ")");
    }
    boolean tested =
        tests.stream()
            .anyMatch(
                test ->
                    test.strings().contains(script)
                        || test.identifiers().contains(reader.typeName()));
    return tested ? List.of() : List.of("no test names it or " + reader.typeName());
  }
}
