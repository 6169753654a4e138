package io.restante;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.restante.push.apns.ApnsConfig;
import io.restante.push.fcm.FcmConfig;
import io.restante.push.webhook.WebhookConfig;
import io.restante.push.webpush.WebPushConfig;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a provider of pushes needs to be set up. */
class PushSettingsTest {
  @TempDir private Path folder = Path.of(".");

  private ConfigFolder configs() {
    return new ConfigFolder(folder);
  }

  @Test
  void applesPushesNeedATopicAndOneWayToShowWhoWeAre() throws Exception {
    String pem = Files.writeString(folder.resolve("some.pem"), "x").toString();
    String topic = "push.apns.topic=im.example.app";
    assertEquals(Optional.empty(), configs().load("", Map.of()).apns());
    ApnsConfig byKey =
        configs()
            .load(
                "",
                Map.of(),
                topic,
                "push.apns.key=" + pem,
                "push.apns.key-id=ABC123DEFG",
                "push.apns.team-id=DEF123GHIJ")
            .apns()
            .orElseThrow();
    assertEquals(
        new ApnsConfig(
            "im.example.app",
            URI.create("https://api.push.apple.com"),
            null,
            new ApnsConfig.Token(Path.of(pem), "ABC123DEFG", "DEF123GHIJ"),
            10_000,
            2),
        byKey);
    ApnsConfig byCertificate =
        configs()
            .load(
                "",
                Map.of(),
                topic,
                "push.apns.cert=" + pem,
                "push.apns.cert-key=" + pem,
                "push.apns.ca=" + pem,
                "push.apns.server=https://127.0.0.1:8443/")
            .apns()
            .orElseThrow();
    assertEquals(
        new ApnsConfig(
            "im.example.app",
            URI.create("https://127.0.0.1:8443/"),
            Path.of(pem),
            new ApnsConfig.Certificate(Path.of(pem), Path.of(pem)),
            10_000,
            2),
        byCertificate);
  }

  @Test
  void pushIsOffUntilItIsSetUp() throws Exception {
    GatewayConfig off = configs().load("", Map.of());
    assertEquals(Optional.empty(), off.fcm());
    assertEquals(Optional.empty(), off.pushWebhook());
    Path account = Files.writeString(folder.resolve("account.json"), "{}");
    GatewayConfig on =
        configs()
            .load(
                "",
                Map.of(),
                "push.fcm.credentials=" + account,
                "push.webhook.url=https://push.example/hunter2",
                "push.webhook.secret=hunter2hunter2hunter2");
    assertEquals(
        Optional.of(new FcmConfig(account, "https://fcm.googleapis.com", 10_000, 8)), on.fcm());
    assertEquals(
        Optional.of(
            new WebhookConfig(
                "https://push.example/hunter2", "hunter2hunter2hunter2", 5_000, 16, 266_240)),
        on.pushWebhook());
    assertFalse(on.toString().contains("hunter2"), "a secret is printed");
  }

  @Test
  void aLeaseOutlastsAPushOfEachProvider() {
    String webhook = "push.webhook.url=https://push.example";
    String secret = "push.webhook.secret=hunter2hunter2hunter2";
    configs().load("", Map.of(), "push.lease-ms=5001", webhook, secret);
    configs()
        .assertErrors(
            List.of(
                "push.lease-ms: '5000' from --set"
                    + " (expected: more than the timeout of each provider of pushes that is set"
                    + " up)"),
            "",
            Map.of(),
            "push.lease-ms=5000",
            webhook,
            secret);
  }

  @Test
  void aPushWebhookNeedsASecretAndASecretItsWebhook() {
    String expected =
        "push.webhook.secret: %s (expected: both or neither of push.webhook.url and"
            + " push.webhook.secret)";
    configs()
        .assertErrors(
            List.of(expected.formatted("nothing from the defaults")),
            "",
            Map.of(),
            "push.webhook.url=https://push.example");
    configs()
        .assertErrors(
            List.of(expected.formatted("a value (hidden) from --set")),
            "",
            Map.of(),
            "push.webhook.secret=hunter2hunter2hunter2");
  }

  @Test
  void webPushNeedsAKeyAndWhomToTurnTo() throws Exception {
    assertEquals(
        Optional.empty(),
        configs().load("", Map.of(), "push.webpush.subject=mailto:a@b.example").webPush());
    Path key = Files.writeString(folder.resolve("vapid.pem"), "x");
    configs()
        .assertErrors(
            List.of(
                "push.webpush.subject: nothing from the defaults"
                    + " (expected: mailto: with an address,"
                    + " or an https URL, where push.webpush.key is set)",
                "push.webpush.in-flight-max: '8' from --set"
                    + " (expected: push.webpush.host-in-flight-max or more)"),
            "",
            Map.of(),
            "push.webpush.key=" + key,
            "push.webpush.in-flight-max=8");
    GatewayConfig config =
        configs()
            .load(
                "",
                Map.of(),
                "push.webpush.key=" + key,
                "push.webpush.subject=https://restante.example/push",
                "push.webpush.ports=443, 8443",
                "push.webpush.allow=push.lan,10.1.0.0/16");
    WebPushConfig webPush = config.webPush().orElseThrow();
    assertEquals(key, webPush.key());
    assertEquals(Set.of(443, 8443), webPush.ports());
    assertEquals(List.of("push.lan", "10.1.0.0/16"), webPush.allow());
    assertNull(webPush.ca());
    assertEquals(10_000, webPush.timeoutMs());
  }
}
