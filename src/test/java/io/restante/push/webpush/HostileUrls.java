package io.restante.push.webpush;

import java.util.List;
import java.util.stream.Stream;

/** URLs that are no endpoints, each with what is said of it. */
final class HostileUrls {
  /**
   * One of them.
   *
   * @param text in which {@code {port}} is the port that is allowed
   * @param given what a refusal names
   */
  record Url(String text, String given) {}

  private HostileUrls() {}

  static Stream<Url> all() {
    return Stream.of(schemes(), addresses(), letters(), names(), readInTwoWays(), ports())
        .flatMap(List::stream);
  }

  private static Url of(String text, String given) {
    return new Url(text, given);
  }

  /** Schemes. */
  private static List<Url> schemes() {
    return List.of(
        of("http://push.test:{port}/", "another scheme"),
        of("HTTPS://push.test:{port}/", "another scheme"),
        of("ftp://push.test:{port}/", "another scheme"),
        of("file:///etc/passwd", "another scheme"),
        of("gopher://127.0.0.1:{port}/_", "another scheme"),
        of("//127.0.0.1:{port}/", "another scheme"),
        of(" https://push.test:{port}/", "another scheme"),
        of("", "another scheme"));
  }

  /** Addresses in every spelling. */
  private static List<Url> addresses() {
    return List.of(
        of("https://127.0.0.1:{port}/", "an address as its host"),
        of("https://10.0.0.1:{port}/", "an address as its host"),
        of("https://169.254.169.254:{port}/latest", "an address as its host"),
        of("https://8.8.8.8:{port}/", "an address as its host"),
        of("https://0.0.0.0:{port}/", "an address as its host"),
        of("https://[::1]:{port}/", "an address as its host"),
        of("https://[::]:{port}/", "an address as its host"),
        of("https://[::ffff:127.0.0.1]:{port}/", "an address as its host"),
        of("https://[::FFFF:7F00:1]:{port}/", "an address as its host"),
        of("https://[0:0:0:0:0:ffff:7f00:1]:{port}/", "an address as its host"),
        of("https://[64:ff9b::127.0.0.1]:{port}/", "an address as its host"),
        of("https://[fe80::1%25lo]:{port}/", "a host that is no name"),
        of("https://[fe80::1%lo]:{port}/", "a host that is no name"),
        of("https://[::1%25lo]:{port}/", "a host that is no name"),
        of("https://[::1:{port}/", "a port that is no number"),
        of("https://::1:{port}/", "a port that is no number"),
        of("https://[v1.x]:{port}/", "a host that is no name"),
        of("https://2130706433:{port}/", "a host that is no name"),
        of("https://0x7f000001:{port}/", "a host that is no name"),
        of("https://017700000001:{port}/", "a host that is no name"),
        of("https://127.1:{port}/", "a host that is no name"),
        of("https://127.0.1:{port}/", "a host that is no name"),
        of("https://0177.0.0.1:{port}/", "a host that is no name"),
        of("https://0x7f.0.0.1:{port}/", "a host that is no name"),
        of("https://0x7f.1:{port}/", "a host that is no name"),
        of("https://127.0.0.01:{port}/", "a host that is no name"),
        of("https://127.0.0.1.:{port}/", "a host that is no name"),
        of("https://127.0.0.0x1:{port}/", "a host that is no name"),
        of("https://127.0.0.256:{port}/", "a host that is no name"),
        of("https://1.127.0.0.1:{port}/", "a host that is no name"),
        of("https://127.0.0.1%2e:{port}/", "a host that is no name"),
        of("https://%31%32%37.0.0.1:{port}/", "a host that is no name"),
        of("https://%6cocalhost.test:{port}/", "a host that is no name"));
  }

  /** Letters that some library takes for others. */
  private static List<Url> letters() {
    return List.of(
        of("https://\u2460\u2461\u2466.0.0.1:{port}/", "a character that no URL has"),
        of("https://\uff11\uff12\uff17.0.0.1:{port}/", "a character that no URL has"),
        of("https://127\u30020\u30020\u30021:{port}/", "a character that no URL has"),
        of("https://\u0661\u0662\u0667.0.0.1:{port}/", "a character that no URL has"),
        of("https://loc\u00adalhost.test:{port}/", "a character that no URL has"),
        of("https://\u212aube.test:{port}/", "a character that no URL has"));
  }

  /** Names that are short, or none. */
  private static List<Url> names() {
    return List.of(
        of("https://localhost:{port}/", "a host without a dot"),
        of("https://LOCALHOST:{port}/", "a host without a dot"),
        of("https://redis:{port}/", "a host without a dot"),
        of("https://push.test.:{port}/", "a host that is no name"),
        of("https://.push.test:{port}/", "a host that is no name"),
        of("https://push..test:{port}/", "a host that is no name"),
        of("https://-push.test:{port}/", "a host that is no name"),
        of("https://pu_sh.test:{port}/", "a host that is no name"),
        of("https://*.test:{port}/", "a host that is no name"),
        of("https://:{port}/", "a host that is no name"),
        of("https:///127.0.0.1:{port}/", "port 443"),
        of("https://" + "a.".repeat(130) + "test:{port}/", "a host that is no name"));
  }

  /** Parsers that read one URL in two ways. */
  private static List<Url> readInTwoWays() {
    return List.of(
        of("https://push.test@127.0.0.1:{port}/", "with user info"),
        of("https://user:secret@push.test:{port}/", "with user info"),
        of("https://@push.test:{port}/", "with user info"),
        of("https://127.0.0.1:{port}\\@push.test/", "a character that no URL has"),
        of("https://push.test:{port}\\/", "a character that no URL has"),
        of("https://127.0.0.1:{port}#@push.test/", "with a fragment"),
        of("https://push.test:{port}/#f", "with a fragment"),
        of("https://127.0.0.1:{port}?@push.test/", "a query without a path"),
        of("https://push.test:{port}?a", "a query without a path"),
        of("https://push.test:{port}/\r\nX: y", "a character that no URL has"),
        of("https://push.test:{port}/ HTTP/1.1", "a character that no URL has"),
        of("https://push.test\u0000.evil:{port}/", "a character that no URL has"),
        of("https://push.test:{port}/\t", "a character that no URL has"),
        of("https://push.test:{port}:80/", "a port that is no number"));
  }

  /** Ports. */
  private static List<Url> ports() {
    return List.of(
        of("https://push.test/", "port 443"),
        of("https://push.test:22/", "port 22"),
        of("https://push.test:6379/", "port 6379"),
        of("https://push.test:0{port}/", "a port that is no number"),
        of("https://push.test:+{port}/", "a port that is no number"),
        of("https://push.test:/", "a port that is no number"),
        of("https://push.test:0/", "a port that is no number"),
        of("https://push.test:99999/", "port 99999"),
        of("https://push.test:123456/", "a port that is no number"),
        of("https://push.test:\u0661/", "a character that no URL has"),
        of("https://push.test:{port}/" + "a".repeat(2_100), "characters"));
  }
}
