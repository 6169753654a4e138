package io.restante.story;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.protocol.Handle;
import io.restante.redis.LookupKeys;
import io.restante.testing.ClientProgram;
import io.restante.testing.GatewayExtension;
import io.restante.testing.TlsFiles;
import io.restante.testing.client.Ask;
import io.restante.testing.client.ClientSocket;
import io.restante.testing.client.Incoming;
import io.restante.testing.client.Phone;
import io.restante.testing.wire.Wire.WireEnvelope;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What a client of 2015 gets from senders of later generations, and how it is given to it. */
class GenerationsMeetIT {
  private static final int CIPHERTEXT = 1;
  private static final int PLAINTEXT_CONTENT = 8;
  private static final int HEELS_MS = 100;
  private static final AtomicInteger NEXT_NUMBER = new AtomicInteger(1);
  private static final byte[] SIGNALING_KEY = new byte[52];

  @RegisterExtension static final GatewayExtension gateway = new GatewayExtension();

  @TempDir static Path folder;

  private static ClientProgram client;

  private Cast cast;

  @BeforeAll
  static void start() throws Exception {
    for (int i = 0; i < SIGNALING_KEY.length; i++) {
      SIGNALING_KEY[i] = (byte) (i + 1);
    }
    client =
        ClientProgram.start(
            "gena",
            "gena.GenerationAClient",
            folder,
            List.of(gateway.publicUrl(), TlsFiles.make(folder).ca().toString()));
  }

  @AfterAll
  static void end() {
    System.out.print(client.transcript());
    client.close();
  }

  @BeforeEach
  void open() {
    cast = new Cast(gateway.publicUrl());
  }

  @AfterEach
  void close() {
    cast.close();
  }

  private static String registerOldPhone(String name) {
    String number = String.format(Locale.ROOT, "+4916%08d", NEXT_NUMBER.getAndIncrement());
    client.step("phone", name, number);
    client.step("verify", name, "000000");
    client.step("upload", name, "1", "10");
    return number;
  }

  /** As a client that says what is urgent, and whose handle nobody is told who does not know it. */
  private static void send(Phone from, String destination, int type) {
    JsonObject message =
        new JsonObject()
            .put("type", type)
            .put("destinationDeviceId", 1)
            .put("destinationRegistrationId", 0)
            .put("content", "AAAA");
    JsonObject body =
        new JsonObject()
            .put("messages", new JsonArray().add(message))
            .put("timestamp", 7)
            .put("urgent", true);
    from.ask(Ask.put("/v1/messages/" + destination, body)).expect(200);
  }

  private static String aciOf(String number) {
    String lookup = LookupKeys.handle(new Handle(number));
    return String.valueOf(gateway.redis().command("GET", lookup));
  }

  @Test
  void aSenderOfTodayIsNamedByItsIdAndHoldsUpNothing() {
    String bob = registerOldPhone("bob");
    String alice = registerOldPhone("alice");
    Phone dora = cast.phone();
    // The library would break off at the first of both, and ask for it again for ever.
    send(dora, aciOf(bob), PLAINTEXT_CONTENT);
    send(dora, aciOf(bob), CIPHERTEXT);
    assertEquals(
        List.of("0 " + dora.aci(), "1 " + dora.aci()), client.step("poll-unopened", "bob"));
    assertEquals(List.of(""), client.step("poll-unopened", "bob"));

    client.step("connect", "bob");
    send(dora, aciOf(bob), CIPHERTEXT);
    assertEquals(List.of("1 " + dora.aci()), client.step("read-unopened", "bob"));
    client.step("send", "alice", bob, "not held up");
    assertEquals(List.of("3 " + alice + " 1 legacy not held up"), client.step("read", "bob"));
    client.step("disconnect", "bob");
  }

  private static void tell(Phone phone, JsonObject attributes) {
    phone.ask(Ask.put("/v1/accounts/attributes", attributes)).expect(204);
  }

  private static JsonObject attributesOf2015() {
    return new JsonObject()
        .put("signalingKey", Base64.getEncoder().encodeToString(SIGNALING_KEY))
        .put("registrationId", 7)
        .put("voice", true);
  }

  private static List<String> headers(WireEnvelope envelope) {
    return List.of("X-Signal-Key: false", "X-Signal-Timestamp: " + envelope.getServerTimestamp());
  }

  @Test
  void oneOf2015GetsItSealedAndWhoSaysHowItFetchesGetsItPlain() throws Exception {
    Phone bob = cast.phone();
    Phone dora = cast.phone();
    tell(bob, attributesOf2015());
    send(dora, bob.aci(), CIPHERTEXT);
    ClientSocket old = cast.connect(bob);
    Incoming sealed = old.nextMessage();
    WireEnvelope first = WireEnvelope.parseFrom(open(sealed.request().getBody().toByteArray()));
    assertEquals(headers(first), sealed.headers());
    assertEquals(dora.aci(), first.getSourceServiceId());
    assertEquals(dora.aci(), first.getSourceE164());

    // Not acked, so it comes again: to a client of 2019 now, which also tells a key.
    tell(bob, attributesOf2015().put("fetchesMessages", false).put("video", true));
    Incoming plain = cast.connect(bob).nextMessage();
    WireEnvelope again = plain.envelope();
    assertEquals(headers(again), plain.headers());
    assertEquals(first.toBuilder().clearSourceE164().build(), again);
  }

  @Test
  void aClientOf2015GetsNothingOnTheHeelsOfItsUpgrade() {
    Phone bob = cast.phone();
    tell(bob, attributesOf2015());
    send(cast.phone(), bob.aci(), CIPHERTEXT);
    long askedNanos = System.nanoTime();
    Incoming first = cast.connect(bob).nextMessage();
    long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - askedNanos);
    assertEquals("PUT", first.request().getVerb());
    assertTrue(tookMs >= HEELS_MS, "its library would have lost it: " + tookMs + " ms");
  }

  private static byte[] open(byte[] sealed) throws GeneralSecurityException {
    int end = sealed.length - 10;
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(SIGNALING_KEY, 32, 20, "HmacSHA256"));
    mac.update(sealed, 0, end);
    assertArrayEquals(
        Arrays.copyOf(mac.doFinal(), 10), Arrays.copyOfRange(sealed, end, sealed.length));
    Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
    cipher.init(
        Cipher.DECRYPT_MODE,
        new SecretKeySpec(SIGNALING_KEY, 0, 32, "AES"),
        new IvParameterSpec(sealed, 1, 16));
    return cipher.doFinal(sealed, 17, end - 17);
  }
}
