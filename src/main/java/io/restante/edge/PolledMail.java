package io.restante.edge;

import io.restante.mailbox.MailPage;
import io.restante.mailbox.StoredEnvelope;
import io.restante.protocol.Envelope;
import io.restante.protocol.Envelope.Source;
import io.restante.protocol.EnvelopeCodec;
import io.restante.protocol.Handle;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** The answer to {@code GET /v1/messages}, as clients of generations A and B read it. Pure. */
final class PolledMail {
  private static final Base64.Encoder BASE64 = Base64.getEncoder();
  private static final int TYPE_UNKNOWN = 0;

  private PolledMail() {}

  /**
   * A page as JSON.
   *
   * @param generationA for a client that can be stuck at one message: its library breaks off at an
   *     absent source, and at a type that it does not know, before it takes the message off. Such a
   *     source is the sender's id, under which it can be written to, and such a type is 0.
   */
  static JsonObject encode(MailPage page, boolean generationA) {
    JsonArray messages = new JsonArray();
    for (StoredEnvelope stored : page.envelopes()) {
      EnvelopeCodec.decode(stored.bytes())
          .ifPresent(envelope -> messages.add(encode(stored, envelope, generationA)));
    }
    return new JsonObject().put("messages", messages).put("more", page.more());
  }

  private static JsonObject encode(StoredEnvelope stored, Envelope envelope, boolean generationA) {
    Source source = envelope.source();
    boolean unknown = generationA && envelope.type() > Envelope.TYPE_RECEIPT;
    return new JsonObject()
        .put("type", unknown ? TYPE_UNKNOWN : envelope.type())
        .put("relay", "")
        .put("timestamp", envelope.timestampMs())
        .put("source", nameOf(source, generationA))
        .put("sourceUuid", source == null ? null : source.id().text())
        .put("sourceDevice", source == null ? 0 : source.device())
        .put("message", base64(envelope.legacyMessage()))
        .put("content", base64(envelope.content()))
        .put("serverTimestamp", stored.serverTimestampMs())
        .put("guid", stored.guid().toString());
  }

  private static @Nullable String nameOf(@Nullable Source source, boolean generationA) {
    if (source == null) {
      return generationA ? "" : null;
    }
    Handle handle = source.handle();
    if (handle != null) {
      return handle.text();
    }
    return generationA ? source.id().text() : null;
  }

  private static @Nullable String base64(@Nullable Buffer bytes) {
    return bytes == null ? null : BASE64.encodeToString(bytes.getBytes());
  }
}
