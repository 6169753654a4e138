package io.restante;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.restante.redis.RedisConfig;
import io.restante.redis.RedisUrl;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KindTest {
  @Test
  void aNumberIsDecimalAndWithinItsRange() {
    assertTakes(Kind.number(0, 65_535), " 8080 ", 8080L);
    for (String bad : List.of("", "x", "-1", "65536", "8.0", "0x50", "99999999999999999999")) {
      assertRefuses(Kind.number(0, 65_535), bad);
    }
  }

  @Test
  void aFlagIsTrueOrFalse() {
    assertTakes(Kind.flag(), "true", true);
    assertTakes(Kind.flag(), "false", false);
    assertRefuses(Kind.flag(), "yes");
    assertRefuses(Kind.flag(), "");
  }

  @Test
  void aTextIsNotBlank() {
    assertTakes(Kind.text(), " ./data", "./data");
    assertRefuses(Kind.text(), "  ");
  }

  @Test
  void aSecretHasItsCharactersOrIsNotSet() {
    assertTakes(Kind.secret(4), "", "");
    assertTakes(Kind.secret(4), "abcd", "abcd");
    assertRefuses(Kind.secret(4), "abc");
  }

  @Test
  void aFileCanBeReadOrIsNotSet(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("key.pem"), "x");
    assertTakes(Kind.file(), "", "");
    assertTakes(Kind.file(), file.toString(), file.toString());
    assertRefuses(Kind.file(), folder.toString());
    assertRefuses(Kind.file(), folder.resolve("none").toString());
    assertRefuses(Kind.file(), "\0");
  }

  @Test
  void aFormIsMatchedWholeOrNotSet() {
    assertTakes(Kind.form("three letters", "[a-z]{3}"), "", "");
    assertTakes(Kind.form("three letters", "[a-z]{3}"), " abc ", "abc");
    for (String bad : List.of("ab", "abcd", "abc\nabc", "ab1")) {
      assertRefuses(Kind.form("three letters", "[a-z]{3}"), bad);
    }
  }

  @Test
  void portsAreNumbersAndThereIsOne() {
    assertTakes(Kind.ports(), "443, 8443", List.of(443, 8443));
    for (String bad : List.of("", ",", "0", "65536", "443 8443", "https", "+1x")) {
      assertRefuses(Kind.ports(), bad);
    }
  }

  @Test
  void whatIsAllowedIsHostsAddressesAndBlocks() {
    assertTakes(Kind.pushAllowance(), "", List.of());
    String all = "push.lan,Ntfy,10.0.0.0/8,192.168.1.2,fd00::/8,::1";
    assertTakes(Kind.pushAllowance(), all, List.of(all.split(",", -1)));
    for (String bad :
        List.of("a b", "*.lan", "https://a", "a:1", "10.0.0.0/33", "10.0.0/8", "::/129", "1.2.3")) {
      assertRefuses(Kind.pushAllowance(), bad);
    }
  }

  @Test
  void aSubjectIsAnAddressOrAPage() {
    assertTakes(Kind.pushSubject(), "", "");
    assertTakes(Kind.pushSubject(), "mailto:a@b.example", "mailto:a@b.example");
    assertTakes(Kind.pushSubject(), "https://b.example/push", "https://b.example/push");
    for (String bad : List.of("a@b.example", "mailto:a", "http://b.example", "https://a b")) {
      assertRefuses(Kind.pushSubject(), bad);
    }
  }

  @Test
  void aWebUrlHasSchemeAndHostOrIsNotSet() {
    assertTakes(Kind.webUrl(), "", "");
    assertTakes(Kind.webUrl(), "https://sms.example/code", "https://sms.example/code");
    for (String bad : List.of("sms.example", "ftp://sms.example", "https://", "https://a b")) {
      assertRefuses(Kind.webUrl(), bad);
    }
  }

  @Test
  void aChoiceIsOneOfItsNames() {
    assertTakes(Kind.oneOf(LogConfig.Format.class), "json", LogConfig.Format.JSON);
    assertRefuses(Kind.oneOf(LogConfig.Format.class), "JSON");
    assertRefuses(Kind.oneOf(LogConfig.Format.class), "");
    assertTakes(Kind.optionalOneOf(LogConfig.Format.class), "", "");
    assertRefuses(Kind.optionalOneOf(LogConfig.Format.class), "xml");
  }

  @Test
  void durabilityIsNoneOrASetOrNotSet() {
    assertTakes(Kind.durability(), "", "");
    assertTakes(Kind.durability(), "none", Set.of());
    assertTakes(
        Kind.durability(),
        "replicas, fsync",
        Set.of(RedisConfig.Durability.FSYNC, RedisConfig.Durability.REPLICAS));
    assertRefuses(Kind.durability(), "none,fsync");
    assertRefuses(Kind.durability(), "disk");
  }

  @Test
  void redisUrlsAreAListOfThem() {
    assertTakes(Kind.redisUrls(), "", List.of());
    assertTakes(
        Kind.redisUrls(),
        "redis://a:1, rediss://u:p@b/2",
        List.of(RedisUrl.parse("redis://a:1"), RedisUrl.parse("rediss://u:p@b/2")));
    assertRefuses(Kind.redisUrls(), "http://a");
    assertRefuses(Kind.redisUrls(), "redis://a:x");
  }

  @Test
  void addressesAreSingleOnesAndBlocks() {
    assertTakes(Kind.addresses(), "", List.of());
    assertTakes(
        Kind.addresses(), "10.0.0.0/8, ::1,fd00::/8", List.of("10.0.0.0/8", "::1", "fd00::/8"));
    for (String bad : List.of("proxy.example", "10.0.0.0/33", "10.0.0.0/", "::1/129", "10.0.0")) {
      assertRefuses(Kind.addresses(), bad);
    }
  }

  private static void assertTakes(Kind kind, String text, Object value) {
    assertEquals(Optional.of(value), kind.parse().apply(text), text);
  }

  private static void assertRefuses(Kind kind, String text) {
    assertEquals(Optional.empty(), kind.parse().apply(text), text);
  }
}
