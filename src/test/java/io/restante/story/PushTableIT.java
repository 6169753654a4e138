package io.restante.story;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.protocol.Envelope;
import io.restante.protocol.EnvelopeCodec;
import io.restante.protocol.Handle;
import io.restante.protocol.ServiceId;
import io.restante.testing.GatewayExtension;
import io.restante.testing.client.Bundle;
import io.restante.testing.client.Outgoing;
import io.restante.testing.client.Phone;
import io.restante.testing.client.SealedSender;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How much text fits into one push, measured with real sessions, is what the page says. */
class PushTableIT {
  private static final Path PAGE = Path.of("docs/push.md");
  private static final Pattern TABLE =
      Pattern.compile("<!-- fits -->\n(.*)<!-- /fits -->", Pattern.DOTALL);

  /** The largest envelopes, each held by the tests of its sender. */
  private static final Map<String, Integer> ENVELOPE_BYTES_MAX =
      new LinkedHashMap<>(Map.of("APNs", 3_000));

  static {
    ENVELOPE_BYTES_MAX.put("FCM", 3_069);
    ENVELOPE_BYTES_MAX.put("Web Push", 3_993);
  }

  private static final int BLOCK_BYTES = 16;

  @RegisterExtension static final GatewayExtension gateway = new GatewayExtension();

  private final Cast cast = new Cast(gateway.publicUrl());
  private final Phone alice = cast.phone();
  private final Phone bob = cast.phoneWithKeys(2);

  @AfterEach
  void close() {
    cast.close();
  }

  /** As the gateway would put it into a push. */
  private int envelopeBytes(Outgoing message) {
    boolean sealed = message.type() == Envelope.TYPE_SEALED_SENDER;
    Envelope envelope =
        new Envelope(
            message.type(),
            sealed
                ? null
                : new Envelope.Source(
                    ServiceId.aci(UUID.fromString(alice.aci())), new Handle(alice.handle()), 1),
            System.currentTimeMillis(),
            Buffer.buffer(message.content()),
            null,
            ServiceId.aci(UUID.fromString(bob.aci())),
            false,
            true,
            false);
    Buffer stored = EnvelopeCodec.encodeStored(envelope);
    return EnvelopeCodec.wire(stored, UUID.randomUUID(), System.currentTimeMillis()).length();
  }

  /** The longest text whose message fits; a byte more does not. */
  private int fits(int bytesMax, IntFunction<Outgoing> message) {
    int fits = -1;
    int tooLong = bytesMax + 1;
    while (tooLong - fits > 1) {
      int length = (fits + tooLong) / 2;
      if (envelopeBytes(message.apply(length)) <= bytesMax) {
        fits = length;
      } else {
        tooLong = length;
      }
    }
    return fits;
  }

  private String row(String name, IntFunction<Outgoing> message) {
    StringBuilder row = new StringBuilder("| " + name + " | " + message.apply(0).content().length);
    ENVELOPE_BYTES_MAX.values().forEach(max -> row.append(" | ").append(fits(max, message)));
    return row + " |\n";
  }

  private static String text(int length) {
    return "x".repeat(length);
  }

  @Test
  void theTableOfThePageIsWhatIsMeasured() throws IOException {
    Bundle bundle = alice.fetch(bob.peer());
    alice.startSession(bob.peer(), bundle);
    SealedSender sealed = new SealedSender();
    IntFunction<Outgoing> plain = length -> alice.encrypt(bob.peer(), text(length));
    IntFunction<Outgoing> hidden = length -> sealed.seal(alice, bundle, bob.peer(), text(length));
    String table =
        "| message | bytes without text | "
            + String.join(" | ", ENVELOPE_BYTES_MAX.keySet())
            + " |\n|---|---|---|---|---|\n"
            + row("first of a session, post-quantum", plain)
            + row("the same, sealed sender", hidden);
    alice.ask(Outgoing.sending(bob.aci(), 1, List.of(plain.apply(5)))).expect(200);
    bob.decrypt(cast.connect(bob).take());
    bob.ask(Outgoing.sending(alice.aci(), 2, List.of(bob.encrypt(alice.peer(), "hello"))))
        .expect(200);
    alice.decrypt(cast.connect(alice).take());
    table += row("later", plain) + row("later, sealed sender", hidden);
    Matcher written = TABLE.matcher(Files.readString(PAGE));
    assertTrue(written.find());
    assertTrue(alike(table, written.group(1)), "copy this table into docs/push.md:\n" + table);
  }

  /** But for ids, which are a byte longer or shorter, and move a text by a block of the cipher. */
  private static boolean alike(String measured, String told) {
    List<String> words = List.of(measured.split(" ", -1));
    List<String> others = List.of(told.split(" ", -1));
    return words.size() == others.size()
        && IntStream.range(0, words.size()).allMatch(i -> isAlike(words.get(i), others.get(i)));
  }

  private static boolean isAlike(String measured, String told) {
    boolean numbers = measured.matches("[0-9]+") && told.matches("[0-9]+");
    return numbers
        ? Math.abs(Integer.parseInt(measured) - Integer.parseInt(told)) <= BLOCK_BYTES
        : measured.equals(told);
  }
}
