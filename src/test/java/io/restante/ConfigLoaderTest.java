package io.restante;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.restante.account.RegistrationConfig;
import io.restante.redis.RedisConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigLoaderTest {
  private static final List<String> STANDALONE =
      List.of(
          "redis.mode=standalone",
          "redis.urls=redis://:pass@127.0.0.1:6379/3",
          "redis.durability=none",
          "registration.mode=closed");

  @TempDir private Path folder = Path.of(".");

  private ConfigFolder configs() {
    return new ConfigFolder(folder);
  }

  @Test
  void withoutAnythingGivenTheDefaultsHold() {
    GatewayConfig config = configs().load("", Map.of());
    assertEquals(8080, config.http().port());
    assertEquals("127.0.0.1", config.http().host());
    assertNull(config.http().tlsCertPath());
    assertNull(config.management().token());
    assertEquals(RedisConfig.Mode.EMBEDDED, config.redis().mode());
    assertEquals(Set.of(RedisConfig.Durability.FSYNC), config.redis().durability());
    assertEquals(RegistrationConfig.Mode.OPEN, config.registration().mode());
    assertEquals(100, config.prekey().keysMax());
    assertEquals(2_592_000_000L, config.mailbox().ttlMs());
  }

  @Test
  void eachPlaceIsStrongerThanTheOneBefore() {
    String file = "http.port: 1";
    Map<String, String> environment = Map.of("RESTANTE_HTTP_PORT", "2");
    assertEquals(1, configs().load(file, Map.of()).http().port());
    assertEquals(2, configs().load(file, environment).http().port());
    assertEquals(3, configs().load(file, environment, "http.port=3").http().port());
    assertEquals(4, configs().load(file, environment, "http.port=3", "http.port=4").http().port());
  }

  @Test
  void anUnknownKeyIsNamedWhereverItStandsAndItsValueIsNot() {
    configs()
        .assertErrors(
            List.of(
                "htp.port: unknown key, from file FILE line 2",
                "RESTANTE_HTTP_PROT: unknown key, from the environment as RESTANTE_HTTP_PROT",
                "managment.token: unknown key, from --set"),
            "http.port: 1\nhtp.port: hunter2",
            Map.of("RESTANTE_HTTP_PROT", "hunter2", "PATH", "/bin"),
            "managment.token=hunter2");
  }

  @Test
  void variablesOfTestsAndOfServiceDiscoveryAreNoSettings() {
    Map<String, String> environment =
        Map.of(
            "RESTANTE_TEST_REDIS", "/usr/bin/redis-server",
            "RESTANTE_SERVICE_HOST", "10.0.0.1",
            "RESTANTE_SERVICE_PORT_HTTP", "8080",
            "RESTANTE_PORT", "tcp://10.0.0.1:8080",
            "RESTANTE_PORT_8080_TCP_ADDR", "10.0.0.1");
    assertEquals(8080, configs().load("", environment).http().port());
  }

  @Test
  void everyErrorIsToldTogetherWithPlaceValueAndExpectation() {
    configs()
        .assertErrors(
            List.of(
                "http.port: 'abc' from file FILE line 1 (expected: a number from 0 to 65535)",
                "http.verticles: '-1' from the environment as RESTANTE_HTTP_VERTICLES"
                    + " (expected: a number from 0 to 256)",
                "limits.enabled: 'yes' from --set (expected: true or false)",
                "prekey.ledger-max: '50' from --set (expected: pools.entries-max or more)",
                "prekey.ledger-max: '50' from --set (expected: prekey.keys-max or more)"),
            "http.port: abc",
            Map.of("RESTANTE_HTTP_VERTICLES", "-1"),
            "limits.enabled=yes",
            "prekey.ledger-max=50");
  }

  @Test
  void aValueThatIsOverriddenMustStillBeOne() {
    configs()
        .assertErrors(
            List.of("http.port: 'abc' from file FILE line 1 (expected: a number from 0 to 65535)"),
            "http.port: abc",
            Map.of(),
            "http.port=1");
  }

  @Test
  void secretsAreNeverRepeated() {
    configs()
        .assertErrors(
            List.of(
                "management.token: a value (hidden) from --set"
                    + " (expected: 8 characters or more, or nothing)",
                "redis.urls: a value (hidden) from --set (expected:"
                    + " redis[s]://[[user]:password@]host[:port][/database],"
                    + " several with commas between)"),
            "",
            Map.of(),
            "management.token=hunter2",
            "redis.urls=redis://:hunter2@[");
    GatewayConfig config =
        configs()
            .load(
                "",
                Map.of("RESTANTE_MANAGEMENT_TOKEN", "hunter2hunter2hunter2"),
                "redis.mode=standalone",
                "redis.urls=redis://:hunter2@127.0.0.1",
                "redis.durability=none",
                "registration.mode=open",
                "registration.webhook-url=https://sms.example",
                "registration.webhook-secret=hunter2hunter2hunter2");
    assertFalse(config.toString().contains("hunter2"), "a secret is printed");
  }

  @Test
  void aSetWithoutValueIsAnError() {
    configs()
        .assertErrors(
            List.of("http.port: no value from --set (expected: http.port=value)"),
            "",
            Map.of(),
            "http.port");
  }

  @Test
  void tlsNeedsBothFiles() throws Exception {
    Path pem = Files.writeString(folder.resolve("some.pem"), "x");
    String expected = "(expected: both or neither of http.tls.cert and http.tls.key)";
    configs()
        .assertErrors(
            List.of("http.tls.key: nothing from the defaults " + expected),
            "",
            Map.of(),
            "http.tls.cert=" + pem);
    configs()
        .assertErrors(
            List.of("http.tls.key: '" + pem + "' from --set " + expected),
            "",
            Map.of(),
            "http.tls.key=" + pem);
    GatewayConfig both =
        configs().load("", Map.of(), "http.tls.cert=" + pem, "http.tls.key=" + pem);
    assertEquals(pem.toString(), both.http().tlsCertPath());
  }

  @Test
  void aRedisOfOnesOwnNeedsUrlDurabilityAndRegistrationNamed() {
    configs()
        .assertErrors(
            List.of(
                "redis.urls: nothing from the defaults"
                    + " (expected: none with redis.mode=embedded, one URL with standalone,"
                    + " one or more with the others)",
                "redis.durability: nothing from the defaults"
                    + " (expected: none, or fsync, replicas or both:"
                    + " it must be named where redis.mode is not embedded)",
                "registration.mode: nothing from the defaults (expected:"
                    + " open, code or closed: it must be named where redis.mode is not embedded)"),
            "",
            Map.of(),
            "redis.mode=standalone");
    GatewayConfig config = configs().load("", Map.of(), STANDALONE.toArray(String[]::new));
    assertEquals("127.0.0.1:6379", config.redis().urls().get(0).address());
    assertEquals(Set.of(), config.redis().durability());
    assertEquals(RegistrationConfig.Mode.CLOSED, config.registration().mode());
  }

  @Test
  void anEmbeddedRedisTakesNoUrl() {
    configs()
        .assertErrors(
            List.of(
                "redis.urls: a value (hidden) from --set"
                    + " (expected: none with redis.mode=embedded, one URL with standalone,"
                    + " one or more with the others)"),
            "",
            Map.of(),
            "redis.urls=redis://127.0.0.1");
  }

  @Test
  void theEmbeddedRedisHasNoReplicas() {
    configs()
        .assertErrors(
            List.of(
                "redis.durability: 'fsync,replicas' from --set"
                    + " (expected: none or fsync: the embedded Redis has no replicas)"),
            "",
            Map.of(),
            "redis.durability=fsync,replicas");
  }

  @Test
  void codesNeedAWayToTheirOwner() {
    configs()
        .assertErrors(
            List.of(
                "registration.webhook-url: nothing from the defaults (expected: an address, or"
                    + " management.token to mint codes: registration.mode=code needs one)"),
            "",
            Map.of(),
            "registration.mode=code");
  }

  @Test
  void applesPushesByHalvesAreTold() throws Exception {
    String pem = Files.writeString(folder.resolve("some.pem"), "x").toString();
    configs()
        .assertErrors(
            List.of(
                "push.apns.topic: 'im.example.app' from --set (expected: the bundle id, with"
                    + " push.apns.key or push.apns.cert, or none of them)"),
            "",
            Map.of(),
            "push.apns.topic=im.example.app");
    configs()
        .assertErrors(
            List.of(
                "push.apns.key: '"
                    + pem
                    + "' from --set (expected: push.apns.key, push.apns.key-id and"
                    + " push.apns.team-id, or none of them)",
                "push.apns.cert-key: nothing from the defaults (expected: both or neither of"
                    + " push.apns.cert and push.apns.cert-key)",
                "push.apns.cert: '"
                    + pem
                    + "' from --set (expected: a certificate or push.apns.key, not both)",
                "push.apns.topic: nothing from the defaults (expected: the bundle id, with"
                    + " push.apns.key or push.apns.cert, or none of them)",
                "push.apns.server: 'http://127.0.0.1' from --set (expected: an https URL without a"
                    + " path)"),
            "",
            Map.of(),
            "push.apns.key=" + pem,
            "push.apns.key-id=ABC123DEFG",
            "push.apns.cert=" + pem,
            "push.apns.server=http://127.0.0.1");
    for (String server : List.of("", "https://a/b", "https://a?b", "https://a#b", "https://u@a")) {
      configs()
          .assertErrors(
              List.of(
                  "push.apns.server: "
                      + (server.isEmpty() ? "nothing" : "'" + server + "'")
                      + " from --set (expected: an https URL without a path)"),
              "",
              Map.of(),
              "push.apns.server=" + server);
    }
  }

  @Test
  void settingsThatContradictEachOtherAreTold() {
    configs()
        .assertErrors(
            List.of(
                "session.unfinished-max-bytes: '4194303' from --set (expected: at least four times"
                    + " session.frame-max-bytes, as strangers have half of it, and a message can"
                    + " take twice its bytes while it comes)",
                "management.port: '8080' from --set (expected: another port than http.port)",
                "redis.reconnect-max-ms: '1' from --set (expected: redis.reconnect-min-ms or more)",
                "registration.webhook-secret: a value (hidden) from --set (expected: nothing where"
                    + " registration.webhook-url is not set)",
                "mailbox.bytes-max: '1' from --set (expected: mailbox.message-max-bytes or more)",
                "session.window-bytes: '1024' from --set"
                    + " (expected: mailbox.message-max-bytes or more)"),
            "",
            Map.of(),
            "session.unfinished-max-bytes=4194303",
            "management.port=8080",
            "redis.reconnect-max-ms=1",
            "registration.webhook-secret=0123456789abcdef",
            "mailbox.bytes-max=1",
            "session.window-bytes=1024");
    assertEquals(0, configs().load("", Map.of(), "http.port=0", "management.port=0").http().port());
  }

  @Test
  void aFileThatIsNotThereIsAnError() {
    Path none = folder.resolve("none.yaml");
    ConfigException e =
        assertThrows(ConfigException.class, () -> ConfigLoader.load(none, Map.of(), List.of()));
    assertEquals("--config: '" + none + "': no such file", e.getMessage());
  }
}
