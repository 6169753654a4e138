package io.restante.push.webpush;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Rules of configurations under test. */
final class Rules {
  private Rules() {}

  /** Port 443, and these allowances. */
  static EndpointRules of(String... allow) {
    return new EndpointRules(config("443", 256, allow));
  }

  /** These ports, with commas between, and so many characters. */
  static EndpointRules of(String ports, int charsMax) {
    return new EndpointRules(config(ports, charsMax));
  }

  static WebPushConfig config(String ports, int charsMax, String... allow) {
    Set<Integer> numbers =
        Arrays.stream(ports.split(",", -1)).map(Integer::valueOf).collect(Collectors.toSet());
    return new WebPushConfig(
        Path.of("none"),
        "mailto:push@restante.example",
        numbers,
        List.of(allow),
        null,
        charsMax,
        1_000,
        1_000,
        10,
        2,
        2);
  }
}
