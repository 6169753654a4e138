package io.restante.push.apns;

import static io.restante.testing.EventLoop.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.eatthepath.pushy.apns.server.RejectionReason;
import io.restante.push.PushOutcome;
import io.restante.push.PushOutcome.Accepted;
import io.restante.push.PushOutcome.Refused;
import io.restante.push.PushSender;
import io.restante.testing.LogTrap;
import io.restante.testing.TlsFiles;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who we are to Apple: tokens, certificates, and files of both that change. */
class CredentialsTest {
  private static final PushOutcome ACCEPTED = new Accepted();

  /** Longer than any test: only the first reading and what Apple says counts. */
  private static final int NO_CHECKS_MS = 3_600_000;

  private static final Duration HOUR = Duration.ofHours(1);

  @TempDir private Path folder = Path.of(".");
  private final SenderBed bed = new SenderBed();
  private final LogTrap log = LogTrap.open();
  private final AppleKey key = AppleKey.make();
  private final MockApple apple = new MockApple().takes(key).knows(SenderBed.DEVICE);
  private Path keyFile = Path.of(".");
  private ApnsConfig byKey = SenderBed.byKey(apple.port(), keyFile);

  @BeforeEach
  void writeKey() {
    keyFile = key.write(folder.resolve("key.p8"));
    byKey = SenderBed.byKey(apple.port(), keyFile);
  }

  @AfterEach
  void close() {
    bed.close();
    apple.close();
    log.close();
  }

  private static JsonObject part(String authorization, int index) {
    String part = authorization.substring("bearer ".length()).split("\\.", -1)[index];
    return new JsonObject(
        new String(Base64.getUrlDecoder().decode(part), StandardCharsets.US_ASCII));
  }

  private String authorization() {
    return apple.last().header("authorization");
  }

  @Test
  void aTokenNamesKeyTeamAndTime() {
    bed.setClock(bed.now().minusSeconds(100));
    assertEquals(ACCEPTED, bed.send(bed.sender(byKey), bed.push()));
    assertEquals(
        new JsonObject().put("alg", "ES256").put("kid", AppleKey.KEY_ID), part(authorization(), 0));
    assertEquals(
        new JsonObject().put("iss", AppleKey.TEAM_ID).put("iat", bed.now().getEpochSecond()),
        part(authorization(), 1));
  }

  @Test
  void aTokenIsReplacedAfterFortyMinutesAndNotBefore() {
    Instant start = bed.now().minus(Duration.ofMinutes(50));
    bed.setClock(start);
    PushSender sender = bed.sender(byKey);
    assertEquals(ACCEPTED, bed.send(sender, bed.push()));
    String first = authorization();
    bed.setClock(start.plus(Duration.ofMinutes(40)).minusMillis(1));
    bed.awaitChecks();
    assertEquals(ACCEPTED, bed.send(sender, bed.push()));
    assertEquals(first, authorization());
    bed.setClock(start.plus(Duration.ofMinutes(40)));
    until(
        "another token",
        () -> {
          assertEquals(ACCEPTED, bed.send(sender, bed.push()));
          return !authorization().equals(first);
        });
    assertEquals(bed.now().getEpochSecond(), part(authorization(), 1).getLong("iat"));
    assertEquals(1, apple.connections());
  }

  @Test
  void aTokenOfAClockThatWasAheadIsReplaced() {
    PushSender sender = bed.sender(byKey);
    assertEquals(ACCEPTED, bed.send(sender, bed.push()));
    bed.setClock(bed.now().minus(Duration.ofMinutes(2)));
    bed.awaitChecks();
    assertEquals(ACCEPTED, bed.send(sender, bed.push()));
    assertEquals(bed.now().getEpochSecond(), part(authorization(), 1).getLong("iat"));
  }

  @Test
  void anExpiredTokenIsReplacedAndThePushSentOnceMore() {
    Instant now = bed.now();
    bed.setClock(now.minus(HOUR).minusSeconds(60));
    PushSender sender = bed.sender(byKey, NO_CHECKS_MS);
    bed.setClock(now);
    assertEquals(ACCEPTED, bed.send(sender, bed.push()));
    assertEquals(2, apple.taken().size());
    assertEquals(RejectionReason.EXPIRED_PROVIDER_TOKEN, apple.taken().get(0).rejection());
    assertEquals(apple.taken().get(0).header("apns-id"), apple.last().header("apns-id"));
    assertEquals(apple.taken().get(0).body(), apple.last().body());
    assertEquals(ACCEPTED, bed.send(sender, bed.push()));
    assertEquals(3, apple.taken().size());
  }

  @Test
  void aYoungTokenThatIsRefusedIsNotReplaced() {
    Instant start = bed.now();
    PushSender sender = bed.sender(byKey, NO_CHECKS_MS);
    apple.takes(AppleKey.make());
    Refused refused = new Refused("InvalidProviderToken");
    assertEquals(refused, bed.send(sender, bed.push()));
    bed.setClock(start.plus(Duration.ofMinutes(20)).minusMillis(1));
    assertEquals(refused, bed.send(sender, bed.push()));
    assertEquals(2, apple.taken().size());
    assertEquals(1, apple.taken().stream().map(t -> t.header("authorization")).distinct().count());
  }

  @Test
  void anOldTokenThatIsRefusedIsReplacedOnceAndNoMore() {
    PushSender sender = bed.sender(byKey, NO_CHECKS_MS);
    apple.takes(AppleKey.make());
    bed.setClock(bed.now().plus(Duration.ofMinutes(20)));
    Refused refused = new Refused("InvalidProviderToken");
    assertEquals(refused, bed.send(sender, bed.push()));
    assertEquals(2, apple.taken().size());
    assertEquals(refused, bed.send(sender, bed.push()));
    assertEquals(3, apple.taken().size());
    assertEquals(2, apple.taken().stream().map(t -> t.header("authorization")).distinct().count());
  }

  @Test
  void aNewKeyIsUsedWhereTheOldOneIsRefused() {
    PushSender sender = bed.sender(byKey, NO_CHECKS_MS);
    assertEquals(ACCEPTED, bed.send(sender, bed.push()));
    AppleKey next = AppleKey.make();
    apple.takes(next);
    next.write(keyFile);
    assertEquals(ACCEPTED, bed.send(sender, bed.push()));
    assertEquals(3, apple.taken().size());
  }

  @Test
  void aNewKeyIsUsedOnNewConnectionsWithoutARestart() {
    PushSender sender = bed.sender(byKey);
    assertEquals(ACCEPTED, bed.send(sender, bed.push()));
    String first = authorization();
    AppleKey next = AppleKey.make();
    next.write(keyFile);
    until(
        "a token of the new key",
        () -> {
          bed.send(sender, bed.push());
          return !authorization().equals(first);
        });
    apple.takes(next);
    assertEquals(ACCEPTED, bed.send(sender, bed.push()));
    assertEquals(2, apple.connections());
    assertEquals(List.of(), log.alarms());
  }

  @Test
  void aBrokenKeyLeavesTheOldOneAndIsToldOnce() throws IOException {
    PushSender sender = bed.sender(byKey);
    AppleKey.put(keyFile, "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n");
    until("a line", () -> !log.alarms().isEmpty());
    bed.awaitChecks();
    assertEquals(ACCEPTED, bed.send(sender, bed.push()));
    String first = authorization();
    assertEquals(
        List.of(
            "push.apns.key: "
                + keyFile
                + " (expected: a .p8 file of Apple, a P-256 key in PEM of PKCS #8);"
                + " the former stay in use"),
        log.alarms().stream().map(CredentialsTest::message).toList());
    assertFalse(log.alarms().toString().contains("c2VjcmV0"));
    Files.delete(keyFile);
    until("another line", () -> log.alarms().size() == 2);
    bed.awaitChecks();
    key.write(keyFile);
    bed.awaitChecks();
    assertEquals(ACCEPTED, bed.send(sender, bed.push()));
    assertEquals(first, authorization());
    assertEquals(2, log.alarms().size());
  }

  private static String message(String line) {
    return line.replaceAll("^WARN \\S+ | \\{}$", "");
  }

  @Test
  void aCertificateOfTheConnectionShowsWhoWeAre() {
    PushSender sender = bed.sender(byCertificate(AppleTls.CLIENT));
    assertEquals(ACCEPTED, bed.send(sender, bed.push()));
    assertEquals("", authorization());
    assertEquals(MockApple.TOPIC, apple.last().header("apns-topic"));
  }

  @Test
  void aCertificateOfAnotherAppIsRefused() {
    PushSender sender = bed.sender(byCertificate(AppleTls.OTHER_CLIENT));
    assertEquals(new Refused("BadTopic"), bed.send(sender, bed.push()));
  }

  @Test
  void aNewCertificateIsUsedOnceBothOfItsFilesAreThere() throws IOException {
    Path certificate = folder.resolve("push.pem");
    Path secret = folder.resolve("push.key");
    AppleKey.put(certificate, Files.readString(AppleTls.OTHER_CLIENT.certificate()));
    AppleKey.put(secret, Files.readString(AppleTls.OTHER_CLIENT.key()));
    PushSender sender =
        bed.sender(
            SenderBed.config(
                apple.port(),
                new ApnsConfig.Certificate(certificate, secret),
                SenderBed.TIMEOUT_MS));
    assertEquals(new Refused("BadTopic"), bed.send(sender, bed.push()));
    AppleKey.put(certificate, Files.readString(AppleTls.CLIENT.certificate()));
    until("a line of half a change", () -> !log.alarms().isEmpty());
    assertEquals(new Refused("BadTopic"), bed.send(sender, bed.push()));
    AppleKey.put(secret, Files.readString(AppleTls.CLIENT.key()));
    until("the new one", () -> bed.send(sender, bed.push()).equals(ACCEPTED));
    assertEquals(1, log.alarms().size());
  }

  @Test
  void whatIsNoKeyEndsTheStartAndIsNamed() {
    for (String text :
        List.of("", "no key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----")) {
      AppleKey.put(keyFile, text);
      assertNoStart(byKey, "push.apns.key: " + keyFile);
    }
    AppleKey.make("secp384r1").write(keyFile);
    assertNoStart(byKey, "push.apns.key: " + keyFile);
    AppleKey.put(keyFile, "x".repeat(70_000));
    assertNoStart(byKey, "push.apns.key: " + keyFile);
    assertNoStart(
        byCertificate(
            new TlsFiles(
                AppleTls.SERVER.ca(), AppleTls.CLIENT.certificate(), AppleTls.OTHER_CLIENT.key())),
        "push.apns.cert, push.apns.cert-key: ");
    assertNoStart(
        byCertificate(new TlsFiles(AppleTls.SERVER.ca(), keyFile, AppleTls.CLIENT.key())),
        "push.apns.cert, push.apns.cert-key: ");
    key.write(keyFile);
    assertNoStart(
        new ApnsConfig(
            MockApple.TOPIC,
            byKey.server(),
            keyFile,
            byKey.authentication(),
            SenderBed.TIMEOUT_MS,
            1),
        "push.apns.ca: " + keyFile);
  }

  private void assertNoStart(ApnsConfig config, String beginning) {
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> bed.sender(config));
    String message = String.valueOf(refused.getMessage());
    assertEquals(beginning, message.substring(0, Math.min(beginning.length(), message.length())));
    assertEquals(null, refused.getCause());
  }

  private ApnsConfig byCertificate(TlsFiles files) {
    return SenderBed.config(
        apple.port(),
        new ApnsConfig.Certificate(files.certificate(), files.key()),
        SenderBed.TIMEOUT_MS);
  }
}
