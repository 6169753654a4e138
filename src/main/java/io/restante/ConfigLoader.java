package io.restante;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes a configuration of the defaults, a file, the environment and {@code --set}, each stronger
 * than the one before. All that is wrong with it is told together.
 */
final class ConfigLoader {
  /**
   * Names in the environment that are no settings: those of the tests, and the addresses that
   * Kubernetes and Docker put there for a service which is called restante.
   */
  private static final Pattern NO_SETTING =
      Pattern.compile("RESTANTE_(TEST_.*|SERVICE_(HOST|PORT.*)|PORT|PORT_[0-9].*)");

  private ConfigLoader() {}

  /**
   * Loads.
   *
   * @param file YAML, null for none
   * @param environment variables by name; those that do not begin with RESTANTE_ are ignored
   * @param sets texts of the form {@code key=value}, a later one wins
   * @throws ConfigException with every error
   */
  static GatewayConfig load(
      @Nullable Path file, Map<String, String> environment, List<String> sets) {
    List<ConfigError> errors = new ArrayList<>();
    List<Given> given = new ArrayList<>();
    if (file != null) {
      given.addAll(YamlFile.read(file, errors));
    }
    given.addAll(fromEnvironment(environment, errors));
    given.addAll(fromSets(sets, errors));
    Settings settings = Settings.of(given, errors);
    CrossCheck.ALL.forEach(check -> check.check(settings, errors));
    if (!errors.isEmpty()) {
      throw new ConfigException(errors);
    }
    try {
      return ConfigRecords.of(settings);
    } catch (IllegalArgumentException e) {
      // A record refuses what the checks above let pass; its message names field and expectation.
      throw new ConfigException(
          List.of(new ConfigError("configuration", String.valueOf(e.getMessage()))));
    }
  }

  private static List<Given> fromEnvironment(
      Map<String, String> environment, List<ConfigError> errors) {
    List<Given> found = new ArrayList<>();
    for (Map.Entry<String, String> variable : new TreeMap<>(environment).entrySet()) {
      String name = variable.getKey();
      Given given = new Given(name, variable.getValue(), "the environment as " + name);
      if (Setting.byEnvironmentName(name).isPresent()) {
        found.add(given);
      } else if (name.startsWith(Setting.ENVIRONMENT_PREFIX)
          && !NO_SETTING.matcher(name).matches()) {
        errors.add(ConfigError.unknown(given));
      }
    }
    return found;
  }

  private static List<Given> fromSets(List<String> sets, List<ConfigError> errors) {
    List<Given> found = new ArrayList<>();
    for (String set : sets) {
      int equals = set.indexOf('=');
      String key = equals < 0 ? set : set.substring(0, equals);
      if (Setting.byKey(key).isEmpty()) {
        // An environment's name is none of --set's: byKey tells them apart.
        errors.add(ConfigError.unknown(new Given(key, "", "--set")));
      } else if (equals < 0) {
        errors.add(new ConfigError(key, "no value from --set (expected: " + key + "=value)"));
      } else {
        found.add(new Given(key, set.substring(equals + 1), "--set"));
      }
    }
    return found;
  }
}
