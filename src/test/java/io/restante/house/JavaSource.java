package io.restante.house;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/** A Java file as the JDK's own parser sees it. */
record JavaSource(String path, CompilationUnitTree unit, Trees trees) {
  /** Parses the Java files below a folder. */
  static List<JavaSource> readAll(Path root) {
    return parseAll(Sources.read(root, ".java"));
  }

  /** Parses a file of this text; types need not resolve. */
  static JavaSource parse(String path, String text) {
    return parseAll(Map.of(path, text)).get(0);
  }

  /** All files in one task: a task of its own for each would cost a tenth of a second a file. */
  private static List<JavaSource> parseAll(Map<String, String> files) {
    if (files.isEmpty()) {
      return List.of();
    }
    List<TextFile> sources =
        files.entrySet().stream()
            .map(file -> new TextFile(file.getKey(), file.getValue()))
            .toList();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    JavacTask task =
        (JavacTask) compiler.getTask(null, null, null, List.of("-proc:none"), null, sources);
    Trees trees = Trees.instance(task);
    List<JavaSource> parsed = new ArrayList<>();
    try {
      for (CompilationUnitTree unit : task.parse()) {
        parsed.add(new JavaSource(unit.getSourceFile().getName().substring(1), unit, trees));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return parsed;
  }

  private static final class TextFile extends SimpleJavaFileObject {
    private final String text;

    TextFile(String path, String text) {
      super(URI.create("string:///" + path), JavaFileObject.Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }

  /** Such as {@code io.restante.redis}. */
  String packageName() {
    return String.valueOf(unit.getPackageName());
  }

  /** The file's name without its ending. */
  String typeName() {
    return path.substring(path.lastIndexOf('/') + 1).replace(".java", "");
  }

  /** What it imports, by qualified names. */
  List<String> imports() {
    return unit.getImports().stream()
        .map(imported -> imported.getQualifiedIdentifier().toString())
        .toList();
  }

  /** Lines from the first of a tree, without its Javadoc, to its last. */
  int lines(Tree tree) {
    long start = trees.getSourcePositions().getStartPosition(unit, tree);
    long end = trees.getSourcePositions().getEndPosition(unit, tree);
    if (start < 0 || end < 0) {
      return 0; // made by the compiler
    }
    return (int)
        (unit.getLineMap().getLineNumber(end) - unit.getLineMap().getLineNumber(start) + 1);
  }

  /** All string literals, text blocks among them. */
  Set<String> strings() {
    Set<String> strings = new HashSet<>();
    new TreeScanner<@Nullable Void, @Nullable Void>() {
      @Override
      public @Nullable Void visitLiteral(LiteralTree literal, @Nullable Void nothing) {
        if (literal.getValue() instanceof String string) {
          strings.add(string);
        }
        return super.visitLiteral(literal, null);
      }
    }.scan(unit, null);
    return strings;
  }

  /** All names that stand in the code, comments and literals apart. */
  Set<String> identifiers() {
    Set<String> names = new HashSet<>();
    new TreeScanner<@Nullable Void, @Nullable Void>() {
      @Override
      public @Nullable Void visitIdentifier(IdentifierTree identifier, @Nullable Void nothing) {
        names.add(identifier.getName().toString());
        return super.visitIdentifier(identifier, null);
      }
    }.scan(unit, null);
    return names;
  }
}
