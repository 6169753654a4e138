package io.restante.mailbox;

import io.restante.protocol.EnvelopeCodec;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What Redis answers about mailboxes, as envelopes. Pure. */
final class StreamEntries {
  private static final int STORED_FIELD = 1;
  private static final int NONCE_FIELD = 3;
  private static final int ONLINE_HEADER_BYTES = Long.BYTES + Nonces.BYTES;

  private StreamEntries() {}

  /** The envelopes of an {@code XRANGE}. */
  static List<StoredEnvelope> read(@Nullable Response entries) {
    if (entries == null) {
      return List.of();
    }
    List<StoredEnvelope> envelopes = new ArrayList<>(entries.size());
    for (Response entry : entries) {
      Response fields = entry.get(1);
      long nonce = fields.get(NONCE_FIELD).toBuffer().getLong(0);
      EnvelopeId id = new EnvelopeId(placeOf(entry), nonce);
      Buffer stored = fields.get(STORED_FIELD).toBuffer();
      Buffer wire = EnvelopeCodec.wire(stored, id.guid(), id.streamId().ms());
      envelopes.add(new StoredEnvelope(id, wire));
    }
    return envelopes;
  }

  /** Whether the oldest of an {@code XRANGE} has been there since this moment, or longer. */
  static boolean beginUpTo(@Nullable Response entries, long ms) {
    return entries != null && entries.size() > 0 && placeOf(entries.get(0)).ms() <= ms;
  }

  private static StreamId placeOf(Response entry) {
    return StreamId.parse(entry.get(0).toString());
  }

  /** The envelopes of an {@code LPOP} with a count: time, nonce and stored form in one. */
  static List<OnlineEnvelope> online(@Nullable Response entries) {
    if (entries == null) {
      return List.of();
    }
    List<OnlineEnvelope> envelopes = new ArrayList<>(entries.size());
    for (Response entry : entries) {
      Buffer bytes = entry.toBuffer();
      long ms = bytes.getLong(0);
      UUID guid = new EnvelopeId(new StreamId(ms, 0), bytes.getLong(Long.BYTES)).guid();
      Buffer stored = bytes.slice(ONLINE_HEADER_BYTES, bytes.length());
      envelopes.add(new OnlineEnvelope(guid, ms, EnvelopeCodec.wire(stored, guid, ms)));
    }
    return envelopes;
  }

  /** Milliseconds of a {@code TIME}. */
  static long millis(@Nullable Response time) {
    if (time == null || time.size() != 2) {
      throw new IllegalStateException("reply of TIME (expected: seconds and microseconds)");
    }
    return time.get(0).toLong() * 1_000 + time.get(1).toLong() / 1_000;
  }
}
