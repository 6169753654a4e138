package io.restante;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options by which a command is told its configuration. */
final class ConfigOptions {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Settings as YAML; 'restante config defaults' prints them all.")
  private @Nullable Path file;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "One setting, stronger than file and environment. Repeatable.")
  private List<String> sets = new ArrayList<>();

  /**
   * Loads what they say.
   *
   * @throws ConfigException with every error
   */
  GatewayConfig load(Map<String, String> environment) {
    return ConfigLoader.load(file, environment, sets);
  }
}
