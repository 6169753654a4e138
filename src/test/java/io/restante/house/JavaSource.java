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
import java.util.HashSet;
import java.util.List;
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
    return Sources.read(root, ".java").entrySet().stream()
        .map(file -> parse(file.getKey(), file.getValue()))
        .toList();
  }

  /** Parses a file of this text; types need not resolve. */
  static JavaSource parse(String path, String text) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    JavaFileObject file =
        new SimpleJavaFileObject(URI.create("string:///" + path), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
          }
        };
    JavacTask task =
        (JavacTask) compiler.getTask(null, null, null, List.of("-proc:none"), null, List.of(file));
    try {
      return new JavaSource(path, task.parse().iterator().next(), Trees.instance(task));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
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
