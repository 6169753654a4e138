package io.restante.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.restante.testing.Seeded;
import io.restante.testing.wire.Wire.WireEnvelope;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The codec against protobuf's own generated code. */
class EnvelopeCodecTest {
  private static final ServiceId BOB = ServiceId.aci(new UUID(1, 2));

  @Test
  void storesTheBytesThatProtobufWrites() {
    Random random = Seeded.random("storesTheBytesThatProtobufWrites");
    for (int i = 0; i < 20_000; i++) {
      Envelope envelope = randomEnvelope(random);
      byte[] stored = EnvelopeCodec.encodeStored(envelope).getBytes();
      assertArrayEquals(witness(envelope).toByteArray(), stored);
    }
  }

  @Test
  void appendsGuidAndServerTimestampAsProtobufReadsThem() throws InvalidProtocolBufferException {
    Random random = Seeded.random("appendsGuidAndServerTimestampAsProtobufReadsThem");
    for (int i = 0; i < 20_000; i++) {
      Envelope envelope = randomEnvelope(random);
      UUID guid = new UUID(random.nextLong(), random.nextLong());
      long serverTimestampMs = random.nextLong() >>> random.nextInt(1, 64);
      Buffer stored = EnvelopeCodec.encodeStored(envelope);
      Buffer wire = EnvelopeCodec.wire(stored, guid, serverTimestampMs);
      WireEnvelope expected =
          witness(envelope).toBuilder()
              .setServerGuid(guid.toString())
              .setServerTimestamp(serverTimestampMs)
              .build();
      assertEquals(expected, WireEnvelope.parseFrom(wire.getBytes()));
      assertTrue(wire.length() - stored.length() <= EnvelopeCodec.appendedBytesMax());
    }
  }

  @Test
  void namesASourceWithoutHandleByItsId() throws InvalidProtocolBufferException {
    Random random = Seeded.random("namesASourceWithoutHandleByItsId");
    for (int i = 0; i < 5_000; i++) {
      Envelope envelope = randomEnvelope(random);
      Buffer wire = EnvelopeCodec.wire(EnvelopeCodec.encodeStored(envelope), new UUID(3, 4), 5);
      WireEnvelope expected = parsed(wire);
      Envelope.Source source = envelope.source();
      if (source != null && source.handle() == null) {
        expected = expected.toBuilder().setSourceE164(source.id().text()).build();
      }
      assertEquals(expected, parsed(EnvelopeCodec.namingSource(wire)));
    }
    Buffer noEnvelope = Buffer.buffer("none");
    assertEquals(noEnvelope, EnvelopeCodec.namingSource(noEnvelope));
  }

  @Test
  void readsBackWhatItStored() {
    Random random = Seeded.random("readsBackWhatItStored");
    for (int i = 0; i < 20_000; i++) {
      Envelope envelope = randomEnvelope(random);
      Buffer stored = EnvelopeCodec.encodeStored(envelope);
      assertEquals(Optional.of(envelope), EnvelopeCodec.decode(stored));
      Buffer wire = EnvelopeCodec.wire(stored, new UUID(3, 4), 5);
      assertEquals(Optional.of(envelope), EnvelopeCodec.decode(wire));
    }
  }

  @Test
  void readsWhatProtobufWritesInAnyOrder() {
    Random random = Seeded.random("readsWhatProtobufWritesInAnyOrder");
    for (int i = 0; i < 5_000; i++) {
      Envelope envelope = randomEnvelope(random);
      WireEnvelope whole = witness(envelope);
      WireEnvelope content = WireEnvelope.newBuilder().setContent(whole.getContent()).build();
      WireEnvelope rest = whole.toBuilder().clearContent().build();
      Buffer bytes = whole.hasContent() ? Buffer.buffer(content.toByteArray()) : Buffer.buffer();
      bytes.appendBytes(rest.toByteArray());
      assertEquals(Optional.of(envelope), EnvelopeCodec.decode(bytes));
    }
  }

  @Test
  void alwaysSaysWhetherItIsUrgent() throws InvalidProtocolBufferException {
    for (boolean urgent : new boolean[] {true, false}) {
      Envelope envelope = new Envelope(6, null, 1, null, null, BOB, false, urgent, false);
      WireEnvelope read = parsed(EnvelopeCodec.encodeStored(envelope));
      assertTrue(read.hasUrgent());
      assertEquals(urgent, read.getUrgent());
      assertFalse(read.hasStory());
      assertFalse(read.hasEphemeral());
    }
  }

  @Test
  void namesNoSourceForASealedSender() throws InvalidProtocolBufferException {
    Envelope envelope = new Envelope(6, null, 1, Buffer.buffer("x"), null, BOB, false, true, false);
    WireEnvelope read = parsed(EnvelopeCodec.encodeStored(envelope));
    assertFalse(read.hasSourceE164());
    assertFalse(read.hasSourceServiceId());
    assertFalse(read.hasSourceDevice());
  }

  @Test
  void answersEmptyForBytesThatAreNoEnvelope() {
    Random random = Seeded.random("answersEmptyForBytesThatAreNoEnvelope");
    assertEquals(Optional.empty(), EnvelopeCodec.decode(Buffer.buffer()));
    byte[] whole = EnvelopeCodec.encodeStored(randomEnvelope(random)).getBytes();
    for (int length = 0; length < whole.length; length++) {
      EnvelopeCodec.decode(Buffer.buffer(whole).slice(0, length));
    }
    for (int i = 0; i < 100_000; i++) {
      EnvelopeCodec.decode(Buffer.buffer(Seeded.bytes(random, random.nextInt(64))));
      byte[] flipped = whole.clone();
      flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
      EnvelopeCodec.decode(Buffer.buffer(flipped));
    }
    Buffer wrongIds =
        Buffer.buffer(WireEnvelope.newBuilder().setDestinationServiceId("x").build().toByteArray());
    assertEquals(Optional.empty(), EnvelopeCodec.decode(wrongIds));
  }

  private static WireEnvelope parsed(Buffer bytes) throws InvalidProtocolBufferException {
    return WireEnvelope.parseFrom(bytes.getBytes());
  }

  private static Envelope randomEnvelope(Random random) {
    return new Envelope(
        random.nextInt(1, 9),
        random.nextInt(4) == 0 ? null : randomSource(random),
        random.nextLong() >>> random.nextInt(64),
        randomBytes(random),
        randomBytes(random),
        randomId(random),
        random.nextBoolean(),
        random.nextBoolean(),
        random.nextBoolean());
  }

  private static Envelope.Source randomSource(Random random) {
    Handle handle = random.nextBoolean() ? new Handle("+49151" + random.nextInt(1 << 20)) : null;
    return new Envelope.Source(randomId(random), handle, random.nextInt(1, 128));
  }

  private static ServiceId randomId(Random random) {
    UUID uuid = new UUID(random.nextLong(), random.nextLong());
    return random.nextBoolean() ? ServiceId.aci(uuid) : ServiceId.pni(uuid);
  }

  private static @Nullable Buffer randomBytes(Random random) {
    return random.nextInt(3) == 0
        ? null
        : Buffer.buffer(Seeded.bytes(random, random.nextInt(random.nextInt(10) == 0 ? 9999 : 40)));
  }

  private static WireEnvelope witness(Envelope envelope) {
    WireEnvelope.Builder witness =
        WireEnvelope.newBuilder()
            .setType(envelope.type())
            .setTimestamp(envelope.timestampMs())
            .setDestinationServiceId(envelope.destination().text())
            .setUrgent(envelope.urgent());
    Envelope.Source source = envelope.source();
    if (source != null) {
      witness.setSourceServiceId(source.id().text()).setSourceDevice(source.device());
      Handle handle = source.handle();
      if (handle != null) {
        witness.setSourceE164(handle.text());
      }
    }
    Buffer content = envelope.content();
    if (content != null) {
      witness.setContent(ByteString.copyFrom(content.getBytes()));
    }
    Buffer legacyMessage = envelope.legacyMessage();
    if (legacyMessage != null) {
      witness.setLegacyMessage(ByteString.copyFrom(legacyMessage.getBytes()));
    }
    if (envelope.ephemeral()) {
      witness.setEphemeral(true);
    }
    if (envelope.story()) {
      witness.setStory(true);
    }
    return witness.build();
  }
}
