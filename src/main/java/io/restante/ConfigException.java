package io.restante;

import java.util.List;
import java.util.stream.Collectors;

/** A configuration that cannot be used, with all that is wrong with it. */
final class ConfigException extends RuntimeException {
  private final transient List<ConfigError> errors;

  ConfigException(List<ConfigError> errors) {
    super(
        errors.stream().map(ConfigError::line).collect(Collectors.joining("; ")),
        null,
        false,
        false);
    this.errors = List.copyOf(errors);
  }

  /** All errors, in the order in which they were found. */
  List<ConfigError> errors() {
    return errors;
  }
}
