package io.restante.push.apns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eatthepath.pushy.apns.server.RejectionReason;
import io.restante.push.Push;
import io.restante.push.PushOutcome;
import io.restante.push.PushOutcome.Accepted;
import io.restante.push.PushOutcome.Gone;
import io.restante.push.PushOutcome.Later;
import io.restante.push.PushOutcome.Refused;
import io.restante.push.PushSender;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pushes and answers, with the mock of Apple's server that ships with pushy. */
class ApnsSenderTest {
  private static final PushOutcome ACCEPTED = new Accepted();
  private static final Buffer ENVELOPE = Buffer.buffer(new byte[] {0, 1, -1, 62, 63, 127, -128});

  @TempDir private Path folder = Path.of(".");
  private final SenderBed bed = new SenderBed();
  private final AppleKey key = AppleKey.make();
  private final MockApple apple = new MockApple().takes(key).knows(SenderBed.DEVICE);
  private ApnsConfig config = SenderBed.byKey(apple.port(), Path.of("."));

  @BeforeEach
  void writeKey() {
    config = SenderBed.byKey(apple.port(), key.write(folder.resolve("key.p8")));
  }

  @AfterEach
  void close() {
    bed.close();
    apple.close();
  }

  @Test
  void anUrgentEnvelopeIsAnAlertThatAnExtensionCanChange() {
    long expiresAtMs = bed.now().toEpochMilli() + 90_000;
    Push push = new Push(SenderBed.DEVICE, ENVELOPE, true, expiresAtMs);
    assertEquals(ACCEPTED, bed.send(bed.sender(config), push));
    MockApple.Taken taken = apple.last();
    assertEquals("/3/device/" + SenderBed.DEVICE, taken.header(":path"));
    assertEquals(MockApple.TOPIC, taken.header("apns-topic"));
    assertEquals("alert", taken.header("apns-push-type"));
    assertEquals("10", taken.header("apns-priority"));
    assertEquals(Long.toString(expiresAtMs / 1_000), taken.header("apns-expiration"));
    assertEquals("", taken.header("apns-collapse-id"));
    assertEquals(taken.header("apns-id"), UUID.fromString(taken.header("apns-id")).toString());
    assertEquals(
        new JsonObject(
            """
            {
              "aps": {
                "alert": {"loc-key": "RESTANTE_MESSAGE"},
                "sound": "default",
                "mutable-content": 1
              },
              "e": "AAH/Pj9/gA=="
            }"""),
        taken.json());
  }

  @Test
  void whatIsNotUrgentComesSilently() {
    Push push = new Push(SenderBed.DEVICE, ENVELOPE, false, bed.now().toEpochMilli());
    assertEquals(ACCEPTED, bed.send(bed.sender(config), push));
    MockApple.Taken taken = apple.last();
    assertEquals("background", taken.header("apns-push-type"));
    assertEquals("5", taken.header("apns-priority"));
    assertEquals("{\"aps\":{\"content-available\":1},\"e\":\"AAH/Pj9/gA==\"}", taken.body());
  }

  @Test
  void aLaterWakeUpReplacesAnEarlierOneOfItsKindAndNoEnvelope() {
    PushSender sender = bed.sender(config);
    Push seen = bed.push(null);
    Push silent = new Push(SenderBed.DEVICE, null, false, seen.expiresAtMs());
    for (Push push : List.of(seen, seen, silent, silent, bed.push(ENVELOPE))) {
      assertEquals(ACCEPTED, bed.send(sender, push));
    }
    assertEquals(
        List.of(
            "restante-alert", "restante-alert", "restante-background", "restante-background", ""),
        apple.taken().stream().map(taken -> taken.header("apns-collapse-id")).toList());
    assertEquals(
        List.of(false, false, false, false, true),
        apple.taken().stream().map(taken -> taken.json().containsKey("e")).toList());
    assertEquals(
        5, apple.taken().stream().map(taken -> taken.header("apns-id")).distinct().count());
  }

  @Test
  void theLargestEnvelopeIsLargestToTheByte() {
    PushSender sender = bed.sender(config);
    int max = sender.envelopeBytesMax();
    assertEquals(3000, max);
    assertEquals(ACCEPTED, bed.send(sender, bed.push(Buffer.buffer(new byte[max]))));
    int bytes = apple.last().body().length();
    assertTrue(bytes <= 4_096 && bytes + 4 > 4_096, bytes + " bytes");
    assertEquals(
        new Refused("PayloadTooLarge"),
        bed.send(sender, bed.push(Buffer.buffer(new byte[max + 1]))));
    assertEquals(bytes + 4, apple.last().body().length());
  }

  @Test
  void manyPushesShareAToken() {
    PushSender sender = bed.sender(config);
    List<Future<PushOutcome>> sent =
        bed.loop()
            .call(() -> IntStream.range(0, 500).mapToObj(i -> sender.send(bed.push())).toList());
    Future.all(sent).toCompletionStage().toCompletableFuture().join();
    assertTrue(sent.stream().allMatch(one -> one.result().equals(ACCEPTED)));
    assertEquals(
        1, apple.taken().stream().map(taken -> taken.header("authorization")).distinct().count());
    assertTrue(apple.connections() <= SenderBed.CONNECTIONS_MAX, "connections");
  }

  @Test
  void aTargetThatIsNoTokenIsGoneAndNeverSent() {
    PushSender sender = bed.sender(config);
    Stream.of(
            "",
            "0badcafe",
            "0badcafe".repeat(7) + "0badcaf",
            "0badcafe".repeat(8) + "0",
            "0badcafe".repeat(26),
            "0badcafe".repeat(7) + "../../..",
            "0badcafe".repeat(7) + "0badcaf\n",
            "https://push.example/0badcafe")
        .forEach(
            target ->
                assertEquals(
                    new Gone(bed.now().toEpochMilli()),
                    bed.send(sender, new Push(target, null, true, 0)),
                    target));
    assertEquals(List.of(), apple.taken());
    String longest = "0badCAFE".repeat(25);
    assertNotEquals(new Gone(bed.now().toEpochMilli()), bed.send(sender, to(longest)));
    assertEquals("/3/device/" + longest, apple.last().header(":path"));
  }

  @Test
  void anUnregisteredTokenIsGoneSinceAppleSaysSo() {
    Instant since = Instant.ofEpochMilli(1_700_000_000_123L);
    apple.unregistered(SenderBed.DEVICE, since);
    assertEquals(new Gone(since.toEpochMilli()), bed.send(bed.sender(config), bed.push()));
  }

  @Test
  void aTimeOfAppleThatIsAheadOfOursSparesATokenThatCameSince() {
    apple.unregistered(SenderBed.DEVICE, bed.now().plusSeconds(30));
    assertEquals(new Gone(bed.now().toEpochMilli()), bed.send(bed.sender(config), bed.push()));
  }

  @Test
  void aBadTokenIsGoneOnlyWhereTheServerHasTakenAnother() {
    PushSender sender = bed.sender(config);
    apple.say(RejectionReason.BAD_DEVICE_TOKEN);
    assertEquals(new Refused("BadDeviceToken"), bed.send(sender, bed.push()));
    assertEquals(ACCEPTED, bed.send(sender, bed.push()));
    apple.say(RejectionReason.BAD_DEVICE_TOKEN);
    assertEquals(new Gone(bed.now().toEpochMilli()), bed.send(sender, bed.push()));
  }

  @Test
  void aTokenOfAnotherTopicIsNeverGone() {
    String elsewhere = "deadbeef".repeat(8);
    apple.knowsElsewhere(elsewhere);
    PushSender sender = bed.sender(config);
    assertEquals(new Refused("DeviceTokenNotForTopic"), bed.send(sender, to(elsewhere)));
    assertEquals(ACCEPTED, bed.send(sender, bed.push()));
    assertEquals(new Refused("DeviceTokenNotForTopic"), bed.send(sender, to(elsewhere)));
  }

  @Test
  void everyAnswerHasItsMeaning() {
    Map<RejectionReason, PushOutcome> expected = new EnumMap<>(RejectionReason.class);
    for (RejectionReason reason :
        List.of(
            RejectionReason.TOO_MANY_REQUESTS,
            RejectionReason.TOO_MANY_PROVIDER_TOKEN_UPDATES,
            RejectionReason.INTERNAL_SERVER_ERROR,
            RejectionReason.SERVICE_UNAVAILABLE,
            RejectionReason.SHUTDOWN,
            RejectionReason.IDLE_TIMEOUT)) {
      expected.put(reason, new Later(0));
    }
    expected.put(RejectionReason.UNREGISTERED, new Gone(bed.now().toEpochMilli()));
    expected.put(RejectionReason.BAD_DEVICE_TOKEN, new Gone(bed.now().toEpochMilli()));
    PushSender sender = bed.sender(config);
    assertEquals(ACCEPTED, bed.send(sender, bed.push()));
    for (RejectionReason reason : RejectionReason.values()) {
      apple.say(reason);
      assertEquals(
          expected.getOrDefault(reason, new Refused(word(reason))),
          bed.send(sender, bed.push()),
          reason.name());
    }
    assertEquals(1 + RejectionReason.values().length, apple.taken().size());
    assertEquals(ACCEPTED, bed.send(sender, bed.push()));
    assertEquals(1, apple.connections());
  }

  @Test
  void aWrongTopicIsTheOperatorsFault() {
    ApnsConfig wrong =
        new ApnsConfig(
            MockApple.OTHER_TOPIC,
            config.server(),
            config.ca(),
            config.authentication(),
            SenderBed.TIMEOUT_MS,
            1);
    assertEquals(new Refused("DeviceTokenNotForTopic"), bed.send(bed.sender(wrong), bed.push()));
  }

  @Test
  void aServerWithAnothersCertificateIsNotTold() {
    ApnsConfig elsewhere =
        new ApnsConfig(
            config.topic(),
            URI.create("https://127.0.0.2:" + apple.port()),
            config.ca(),
            config.authentication(),
            config.timeoutMs(),
            config.connectionsMax());
    PushSender sender = bed.sender(elsewhere);
    assertThrows(UnansweredException.class, () -> bed.send(sender, bed.push()));
    assertEquals(List.of(), apple.taken());
  }

  /** As Apple writes it: the words of the constant. */
  private static String word(RejectionReason reason) {
    return Stream.of(reason.name().split("_", -1))
        .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
        .collect(Collectors.joining());
  }

  private Push to(String target) {
    return new Push(target, ENVELOPE, true, bed.now().toEpochMilli());
  }
}
