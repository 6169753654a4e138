package io.restante;

import io.netty.util.NetUtil;
import io.restante.push.webpush.WebPushConfig;
import io.restante.redis.RedisConfig;
import io.restante.redis.RedisUrl;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What values a setting takes.
 *
 * @param expected for people, such as {@code a number from 0 to 65535}
 * @param parse the value of a text, empty where it is none
 */
record Kind(String expected, Function<String, Optional<Object>> parse) {
  private static final String NOT_SET = "";

  /** A {@code Long} between these. */
  static Kind number(long min, long max) {
    return new Kind("a number from " + min + " to " + max, text -> parseNumber(text, min, max));
  }

  /** A {@code Boolean}. */
  static Kind flag() {
    return new Kind(
        "true or false",
        text ->
            switch (text) {
              case "true" -> Optional.of(true);
              case "false" -> Optional.of(false);
              default -> Optional.empty();
            });
  }

  /** A {@code String} that is not blank. */
  static Kind text() {
    return new Kind(
        "a text", text -> text.isBlank() ? Optional.empty() : Optional.of(text.strip()));
  }

  /** A {@code String} of at least so many characters, empty where it is not set. */
  static Kind secret(int charsMin) {
    return optional(
        charsMin + " characters or more",
        text -> text.length() < charsMin ? Optional.empty() : Optional.of(text));
  }

  /** A {@code String} that names a file which can be read, empty where it is not set. */
  static Kind file() {
    return optional(
        "a file that can be read", text -> isReadable(text) ? Optional.of(text) : Optional.empty());
  }

  /** A {@code String} that matches a pattern, empty where it is not set. */
  static Kind form(String expected, String pattern) {
    return optional(expected, text -> text.matches(pattern) ? Optional.of(text) : Optional.empty());
  }

  /** A {@code String}: an address of the web, empty where it is not set. */
  static Kind webUrl() {
    return optional(
        "an http or https URL", text -> isWebUrl(text) ? Optional.of(text) : Optional.empty());
  }

  /** A constant of an enum, by its name in lower case. */
  static <E extends Enum<E>> Kind oneOf(Class<E> type) {
    return new Kind("one of " + names(type), text -> constant(type, text));
  }

  /** A constant of an enum, empty where it is not set: another setting then decides. */
  static <E extends Enum<E>> Kind optionalOneOf(Class<E> type) {
    return optional("one of " + names(type), text -> constant(type, text));
  }

  /** A set of {@link RedisConfig.Durability}, empty text where it is not set. */
  static Kind durability() {
    return optional(
        "none, or fsync, replicas or both with a comma between",
        text -> attempt(() -> RedisConfig.Durability.parse(text)));
  }

  /** A list of {@link RedisUrl}. */
  static Kind redisUrls() {
    return new Kind(
        "redis[s]://[[user]:password@]host[:port][/database], several with commas between",
        text -> attempt(() -> items(text).stream().map(RedisUrl::parse).toList()));
  }

  /** A list of addresses and CIDR blocks, as texts. */
  static Kind addresses() {
    return new Kind(
        "addresses or CIDR blocks with commas between",
        text ->
            items(text).stream().allMatch(Kind::isAddressOrBlock)
                ? Optional.of(items(text))
                : Optional.empty());
  }

  /** A list of words, as texts. */
  static Kind words() {
    return new Kind(
        "names of visible ASCII characters with commas between",
        text ->
            items(text).stream().allMatch(item -> item.matches("[!-~]+"))
                ? Optional.of(items(text))
                : Optional.empty());
  }

  /** A list of ports, as {@code Integer}. */
  static Kind ports() {
    return new Kind(
        "ports from 1 to 65535 with commas between",
        text -> {
          List<String> ports = items(text);
          return !ports.isEmpty()
                  && ports.stream().allMatch(port -> parseNumber(port, 1, 65_535).isPresent())
              ? Optional.of(ports.stream().map(Integer::valueOf).toList())
              : Optional.empty();
        });
  }

  /** A list of hosts, addresses and CIDR blocks, as texts. */
  static Kind pushAllowance() {
    return new Kind(
        "hosts, addresses or CIDR blocks with commas between",
        text ->
            items(text).stream().allMatch(WebPushConfig::isAllowance)
                ? Optional.of(items(text))
                : Optional.empty());
  }

  /** A {@code String} that names a person or a page, empty where it is not set. */
  static Kind pushSubject() {
    return optional(
        "mailto: with an address, or an https URL",
        text -> WebPushConfig.isSubject(text) ? Optional.of(text) : Optional.empty());
  }

  private static Kind optional(String expected, Function<String, Optional<Object>> parse) {
    return new Kind(
        expected + ", or nothing",
        text -> text.isBlank() ? Optional.of(NOT_SET) : parse.apply(text.strip()));
  }

  private static Optional<Object> parseNumber(String text, long min, long max) {
    return attempt(
        () -> {
          long number = Long.parseLong(text.strip());
          if (number < min || number > max) {
            throw new NumberFormatException();
          }
          return number;
        });
  }

  private static <E extends Enum<E>> Optional<Object> constant(Class<E> type, String text) {
    return Arrays.stream(type.getEnumConstants())
        .filter(constant -> nameOf(constant).equals(text.strip()))
        .<Object>map(Function.identity())
        .findAny();
  }

  private static <E extends Enum<E>> String names(Class<E> type) {
    return String.join(", ", Arrays.stream(type.getEnumConstants()).map(Kind::nameOf).toList());
  }

  private static String nameOf(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static List<String> items(String text) {
    return Arrays.stream(text.split(",", -1))
        .map(String::strip)
        .filter(item -> !item.isEmpty())
        .toList();
  }

  private static boolean isReadable(String path) {
    try {
      return Files.isReadable(Path.of(path)) && !Files.isDirectory(Path.of(path));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private static boolean isWebUrl(String text) {
    try {
      URI uri = new URI(text);
      return uri.getHost() != null
          && ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()));
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private static boolean isAddressOrBlock(String text) {
    int slash = text.indexOf('/');
    String address = slash < 0 ? text : text.substring(0, slash);
    boolean four = NetUtil.isValidIpV4Address(address);
    if (!four && !NetUtil.isValidIpV6Address(address)) {
      return false;
    }
    return slash < 0 || parseNumber(text.substring(slash + 1), 0, four ? 32 : 128).isPresent();
  }

  private static Optional<Object> attempt(Supplier<Object> parse) {
    try {
      return Optional.of(parse.get());
    } catch (IllegalArgumentException e) {
      // Without its message: it may repeat the text, which may be a secret.
      return Optional.empty();
    }
  }
}
