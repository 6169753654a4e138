package io.restante;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The value of every setting, the last given one of each. Where what was given cannot be understood
 * the default stands in, so that everything else can still be checked.
 */
final class Settings {
  private final Map<Setting, Object> values = new EnumMap<>(Setting.class);
  private final Map<Setting, Given> origins = new EnumMap<>(Setting.class);
  private final List<Setting> broken = new ArrayList<>();

  private Settings() {}

  /**
   * Understands what was given.
   *
   * @param given by precedence, the strongest last
   * @param errors receives each value that a setting does not take
   */
  static Settings of(List<Given> given, List<ConfigError> errors) {
    Settings settings = new Settings();
    for (Setting setting : Setting.values()) {
      Given byDefault = new Given(setting.key(), setting.defaultText(), "the defaults");
      settings.take(setting, byDefault, errors);
    }
    for (Given one : given) {
      settingOf(one).ifPresent(setting -> settings.take(setting, one, errors));
    }
    return settings;
  }

  private static Optional<Setting> settingOf(Given given) {
    return Setting.byKey(given.key()).or(() -> Setting.byEnvironmentName(given.key()));
  }

  private void take(Setting setting, Given given, List<ConfigError> errors) {
    Optional<Object> value = setting.kind().parse().apply(given.text());
    if (value.isPresent()) {
      values.put(setting, value.get());
      origins.put(setting, given);
    } else {
      broken.add(setting);
      errors.add(ConfigError.unexpected(setting, given, setting.kind().expected()));
    }
  }

  /** Whether all that was given for it was understood. */
  boolean isSound(Setting setting) {
    return !broken.contains(setting);
  }

  /** Whether it has a value, as opposed to the empty text. */
  boolean isSet(Setting setting) {
    return !value(setting).equals("");
  }

  /** As it was given, or its default. */
  Given given(Setting setting) {
    Given given = origins.get(setting);
    if (given == null) {
      throw new IllegalStateException(setting + " has a default that it does not take");
    }
    return given;
  }

  /** A number that fits an int. */
  int number(Setting setting) {
    return Math.toIntExact(largeNumber(setting));
  }

  /** A number. */
  long largeNumber(Setting setting) {
    return (Long) value(setting);
  }

  /** True or false. */
  boolean flag(Setting setting) {
    return (Boolean) value(setting);
  }

  /** A text. */
  String text(Setting setting) {
    return (String) value(setting);
  }

  /** A text, null where it is not set. */
  @Nullable String textOrNull(Setting setting) {
    return isSet(setting) ? text(setting) : null;
  }

  /** The items of a list. */
  List<?> list(Setting setting) {
    return (List<?>) value(setting);
  }

  /** A value of this type, which must be the one of the setting's kind. */
  <T> T as(Class<T> type, Setting setting) {
    return type.cast(value(setting));
  }

  /** Its value. */
  Object value(Setting setting) {
    Object value = values.get(setting);
    if (value == null) {
      throw new IllegalStateException(setting + " has a default that it does not take");
    }
    return value;
  }
}
