package io.restante.house;

import com.sun.source.tree.BlockTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.TreeScanner;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Sizes and names of Java sources (rule 13 and 14). Pure: from text to findings. */
final class StyleRules {
  static final int FILE_LINES_MAX = 400;
  static final int FUNCTION_LINES_MAX = 60;
  static final int COLUMNS_MAX = 100;

  /** Words that say nothing about what a type is. */
  static final Set<String> EMPTY_WORDS =
      Set.of(
          "manager",
          "managers",
          "service",
          "services",
          "util",
          "utils",
          "utility",
          "utilities",
          "helper",
          "helpers",
          "common",
          "commons",
          "impl",
          "abstract");

  private static final Pattern LONG_BY_NATURE = Pattern.compile("(import|package) .*;");
  private static final Pattern WORD_START = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])");

  private static final Pattern SLEEPS =
      Pattern.compile("(Thread|TimeUnit\\.[A-Z]+|LockSupport)\\.(sleep|parkNanos|parkUntil)");

  private StyleRules() {}

  /** Lines of a file, and their columns. */
  static List<Finding> sizes(String path, String text) {
    List<Finding> findings = new ArrayList<>();
    List<String> lines = text.lines().toList();
    if (lines.size() > FILE_LINES_MAX) {
      findings.add(new Finding(Rule.FILE_LINES, path, lines.size() + " lines"));
    }
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      int columns = line.codePointCount(0, line.length());
      if (columns > COLUMNS_MAX && !LONG_BY_NATURE.matcher(line).matches()) {
        findings.add(
            new Finding(Rule.COLUMNS, path, "line " + (i + 1) + " has " + columns + " columns"));
      }
    }
    return findings;
  }

  /** Functions that are too long and types with empty names. */
  static List<Finding> shapes(JavaSource source) {
    Shapes shapes = new Shapes(source);
    shapes.scan(new TreePath(source.unit()), null);
    for (String segment : source.packageName().split("\\.", -1)) {
      if (EMPTY_WORDS.contains(segment)) {
        shapes.findings.add(new Finding(Rule.NAME, source.packageName(), segment));
      }
    }
    return shapes.findings;
  }

  /** Calls of {@code Thread.sleep} and its like. */
  static List<Finding> sleeps(JavaSource source) {
    List<Finding> findings = new ArrayList<>();
    new TreeScanner<@Nullable Void, @Nullable Void>() {
      @Override
      public @Nullable Void visitMemberSelect(MemberSelectTree select, @Nullable Void nothing) {
        String member = select.toString();
        if (SLEEPS.matcher(member).matches()) {
          findings.add(new Finding(Rule.SLEEP, source.typeName(), member));
        }
        return super.visitMemberSelect(select, null);
      }
    }.scan(source.unit(), null);
    return findings;
  }

  private static final class Shapes extends TreePathScanner<@Nullable Void, @Nullable Void> {
    private final JavaSource source;
    private final List<Finding> findings = new ArrayList<>();

    Shapes(JavaSource source) {
      this.source = source;
    }

    @Override
    public @Nullable Void visitClass(ClassTree type, @Nullable Void nothing) {
      String name = type.getSimpleName().toString();
      // The test of a type is named after it: one entry covers both.
      String tested = name.replaceFirst("(Test|IT)$", "");
      for (String word : WORD_START.split(tested, -1)) {
        if (EMPTY_WORDS.contains(word.toLowerCase(Locale.ROOT))) {
          findings.add(new Finding(Rule.NAME, tested, word));
        }
      }
      return super.visitClass(type, null);
    }

    @Override
    public @Nullable Void visitMethod(MethodTree method, @Nullable Void nothing) {
      check(method, typeName() + "." + method.getName());
      return super.visitMethod(method, null);
    }

    @Override
    public @Nullable Void visitBlock(BlockTree block, @Nullable Void nothing) {
      if (getCurrentPath().getParentPath().getLeaf() instanceof ClassTree) {
        check(block, typeName() + ".<initializer>");
      }
      return super.visitBlock(block, null);
    }

    private String typeName() {
      TreePath path = getCurrentPath().getParentPath();
      return path.getLeaf() instanceof ClassTree type ? type.getSimpleName().toString() : "";
    }

    private void check(Tree function, String name) {
      int lines = source.lines(function);
      if (lines > FUNCTION_LINES_MAX) {
        findings.add(new Finding(Rule.FUNCTION_LINES, name, lines + " lines"));
      }
    }
  }
}
