package io.restante;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the program says of itself, for tests that hold other files of the repository to it. */
public final class ProgramFacts {
  private ProgramFacts() {}

  /**
   * The configuration that a gateway makes of such an environment.
   *
   * @throws RuntimeException where it refuses it
   */
  public static GatewayConfig configuration(Map<String, String> environment) {
    return ConfigLoader.load(null, environment, List.of());
  }

  /** The names of all settings, such as {@code http.port}. */
  public static List<String> settings() {
    return List.of(Setting.values()).stream().map(Setting::key).toList();
  }

  /** The default of a setting, as text. */
  public static String defaultOf(String key) {
    return Setting.byKey(key).orElseThrow().defaultText();
  }

  /** Whether a name in the environment is that of a secret; empty where it is no setting's. */
  public static Optional<Boolean> isSecret(String environmentName) {
    return Setting.byEnvironmentName(environmentName).map(Setting::isSecret);
  }

  /** From SIGTERM to the end of the process at most. */
  public static int stopSecondsMax() {
    return Main.STOP_SECONDS_MAX;
  }

  /** From the start to the line that it serves, or to the end of the process, at most. */
  public static int startSecondsMax() {
    return StartClock.START_MS_MAX / 1_000 + 1;
  }
}
