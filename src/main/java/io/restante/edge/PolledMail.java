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

  private PolledMail() {}

  static JsonObject encode(MailPage page) {
    JsonArray messages = new JsonArray();
    for (StoredEnvelope stored : page.envelopes()) {
      EnvelopeCodec.decode(stored.bytes())
          .ifPresent(envelope -> messages.add(encode(stored, envelope)));
    }
    return new JsonObject().put("messages", messages).put("more", page.more());
  }

  private static JsonObject encode(StoredEnvelope stored, Envelope envelope) {
    Source source = envelope.source();
    Handle handle = source == null ? null : source.handle();
    return new JsonObject()
        .put("type", envelope.type())
        .put("relay", "")
        .put("timestamp", envelope.timestampMs())
        .put("source", handle == null ? null : handle.text())
        .put("sourceUuid", source == null ? null : source.id().text())
        .put("sourceDevice", source == null ? 0 : source.device())
        .put("message", base64(envelope.legacyMessage()))
        .put("content", base64(envelope.content()))
        .put("serverTimestamp", stored.serverTimestampMs())
        .put("guid", stored.guid().toString());
  }

  private static @Nullable String base64(@Nullable Buffer bytes) {
    return bytes == null ? null : BASE64.encodeToString(bytes.getBytes());
  }
}
