package io.restante.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** The ways in which {@code k8s/} becomes objects. */
enum Layer {
  /** The files of the base as they are, without kubectl. */
  BASE_FILES {
    @Override
    List<HasMetadata> read() {
      List<HasMetadata> objects = new ArrayList<>();
      plainFiles(ROOT.resolve("base")).forEach(file -> objects.addAll(Manifests.read(text(file))));
      objects.add(settings(ROOT.resolve("base/gateway.env")));
      return objects;
    }
  },
  /** The same with the files of the dev overlay's Redis; settings of the gateway are the base's. */
  DEV_FILES {
    @Override
    List<HasMetadata> read() {
      List<HasMetadata> objects = new ArrayList<>(BASE_FILES.read());
      Path dev = ROOT.resolve("overlays/dev");
      plainFiles(dev).forEach(file -> objects.addAll(Manifests.read(text(file))));
      objects.add(
          configMap("restante-redis", Map.of("redis.conf", text(dev.resolve("redis.conf")))));
      return objects;
    }
  },
  /** What {@code kubectl kustomize k8s/base} gives. */
  BASE {
    @Override
    List<HasMetadata> read() {
      return Manifests.read(rendered("base"));
    }
  },
  /** What {@code kubectl kustomize k8s/overlays/dev} gives. */
  DEV {
    @Override
    List<HasMetadata> read() {
      return Manifests.read(rendered("overlays/dev"));
    }
  };

  static final Path ROOT = Path.of("k8s");

  /** The first kustomize that knows all fields in use came with kubectl 1.27. */
  private static final int KUSTOMIZE_MAJOR_MIN = 5;

  private static final String NOT_RENDERED =
      "no kubectl with kustomize 5 or newer on this machine: k8s/ is not rendered, only its files"
          + " are read";
  private static final boolean FITTING_KUBECTL = fittingKubectl();
  private static final Map<String, String> RENDERED = new ConcurrentHashMap<>();

  /** Its objects; skips the running test where it needs a kubectl and there is no fitting one. */
  abstract List<HasMetadata> read();

  /** YAML files of objects below a directory: all but those that kustomize itself reads. */
  static List<Path> plainFiles(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(file -> file.toString().endsWith(".yaml"))
          .filter(file -> !file.endsWith("kustomization.yaml"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ConfigMap settings(Path env) {
    Map<String, String> data = new LinkedHashMap<>();
    text(env)
        .lines()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .map(line -> line.split("=", 2))
        .forEach(pair -> data.put(pair[0], pair[1]));
    return configMap("restante", data);
  }

  private static ConfigMap configMap(String name, Map<String, String> data) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName(name)
        .endMetadata()
        .withData(data)
        .build();
  }

  private static String rendered(String directory) {
    assumeTrue(FITTING_KUBECTL, NOT_RENDERED);
    return RENDERED.computeIfAbsent(directory, Layer::render);
  }

  private static String render(String directory) {
    Output output = run("kubectl", "kustomize", ROOT.resolve(directory).toString());
    // Kustomize tells there what is deprecated or without effect.
    assertEquals("", output.errors());
    assertEquals(0, output.exitCode());
    return output.text();
  }

  private static boolean fittingKubectl() {
    int major = 0;
    try {
      Output output = run("kubectl", "version", "--client", "-o", "json");
      String version = new JsonObject(output.text()).getString("kustomizeVersion", "v0.");
      major = Integer.parseInt(version.substring(1, version.indexOf('.')));
    } catch (RuntimeException e) {
      // None at all, or one that does not tell its version.
    }
    if (major < KUSTOMIZE_MAJOR_MIN) {
      System.err.println(NOT_RENDERED);
    }
    return major >= KUSTOMIZE_MAJOR_MIN;
  }

  private record Output(int exitCode, String text, String errors) {}

  private static Output run(String... command) {
    try {
      Path errors = Files.createTempFile("restante-kubectl", ".log");
      Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int exitCode = process.waitFor();
      String errorText = Files.readString(errors);
      Files.delete(errors);
      return new Output(exitCode, text, errorText);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
