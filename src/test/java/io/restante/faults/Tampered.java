package io.restante.faults;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * The program with one class that is changed and compiled anew, which comes before the real one in
 * the class path. So a gateway can be broken on purpose without a switch in it.
 */
public final class Tampered {
  private static final Path WIRING = Path.of("src/main/java/io/restante");

  private Tampered() {}

  /**
   * A class path of the program and of the tests, in which the one class of the wiring that has
   * this text has another one in its place.
   *
   * @param into a folder for classes
   */
  public static String classPath(Path into, Pattern honest, String tampered) {
    String tests = Tampered.class.getProtectionDomain().getCodeSource().getLocation().getPath();
    try {
      // Classes of an earlier wiring would not fit the jar.
      Path classes = Files.createTempDirectory(Files.createDirectories(into), "tampered-");
      Path original = wiring(honest);
      Path source = Files.createDirectories(classes.resolve("src")).resolve(original.getFileName());
      Files.writeString(source, honest.matcher(Files.readString(original)).replaceAll(tampered));
      compile(source, Stage.JAR + File.pathSeparator + tests, classes);
      return String.join(File.pathSeparator, classes.toString(), Stage.JAR, tests);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path wiring(Pattern honest) throws IOException {
    try (Stream<Path> files = Files.list(WIRING)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (honest.matcher(Files.readString(file)).find()) {
          return file;
        }
      }
    }
    throw new IllegalStateException(WIRING + ": no class has " + honest);
  }

  private static void compile(Path source, String classPath, Path classes) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<String> options =
        List.of("-proc:none", "-nowarn", "-cp", classPath, "-d", classes.toString());
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      boolean compiled =
          compiler
              .getTask(null, files, null, options, null, files.getJavaFileObjects(source))
              .call();
      if (!compiled) {
        throw new IllegalStateException(source + " does not compile");
      }
    }
  }
}
