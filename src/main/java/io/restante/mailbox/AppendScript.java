package io.restante.mailbox;

import io.restante.mailbox.Append.Parcel;
import io.restante.mailbox.Append.Repeatable;
import io.restante.mailbox.AppendResult.Landed;
import io.restante.mailbox.AppendResult.Landing;
import io.restante.redis.AccountKeys;
import io.restante.redis.RedisScript;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Arguments and replies of {@code mailbox/append}. Pure, but for the nonces. */
final class AppendScript {
  static final RedisScript SCRIPT = RedisScript.load("mailbox/append");

  /** How long an envelope that is for live sessions only waits to be fetched. */
  static final int ONLINE_TTL_MS = 10_000;

  /** How many of these wait for one device. */
  static final int ONLINE_ENVELOPES_MAX = 64;

  /** The doorbell's word for an envelope in the mailbox. */
  static final String RINGS_MAIL = "m";

  /** The same for one that is for live sessions only. */
  static final String RINGS_ONLINE = "o";

  private static final int NOTHING_DONE = 0;

  private AppendScript() {}

  static List<String> keys(Append append) {
    AccountKeys names = AccountKeys.of(append.owner());
    Repeatable repeatable = append.repeatable();
    List<String> keys = new ArrayList<>(2 + 3 * append.parcels().size());
    keys.add(names.devices());
    keys.add(repeatable == null ? names.devices() : names.idempotency(repeatable.record()));
    for (Parcel parcel : append.parcels()) {
      keys.add(names.mail(parcel.device()));
      keys.add(names.mailBytes(parcel.device()));
      keys.add(names.onlineMail(parcel.device()));
    }
    return keys;
  }

  static List<Object> args(Append append, MailboxConfig config, long idempotencyWindowMs) {
    AccountKeys names = AccountKeys.of(append.owner());
    Repeatable repeatable = append.repeatable();
    List<Object> args = new ArrayList<>(12 + 5 * append.parcels().size());
    args.add(append.identity().wireName());
    args.add(flag(append.exactDevices()));
    args.add(append.excludedDevice());
    args.add(flag(append.online()));
    args.add(config.envelopesMax());
    args.add(config.bytesMax());
    args.add(config.ttlMs());
    args.add(ONLINE_TTL_MS);
    args.add(ONLINE_ENVELOPES_MAX);
    args.add(repeatable == null ? "" : repeatable.bodyHash());
    args.add(idempotencyWindowMs);
    args.add(flag(repeatable != null && repeatable.needsSync()));
    Buffer before = null;
    for (Parcel parcel : append.parcels()) {
      args.add(parcel.device());
      args.add(parcel.registrationId());
      args.add(names.doorbell(parcel.device()));
      args.add(Nonces.bytes(ThreadLocalRandom.current().nextLong()));
      // What all devices of an account get alike is sent and held once.
      args.add(parcel.stored() == before ? "" : parcel.stored());
      before = parcel.stored();
    }
    return args;
  }

  private static int flag(boolean value) {
    return value ? 1 : 0;
  }

  static AppendResult decode(@Nullable Response reply) {
    if (reply == null || reply.size() != 5) {
      throw new IllegalStateException("reply of append (expected: five parts)");
    }
    int status = reply.get(0).toInteger();
    return switch (status) {
      case 0, 1 ->
          new AppendResult.Taken(parcels(reply.get(4)), status == 1, reply.get(1).toInteger() == 1);
      case 2 -> new AppendResult.NoAccount();
      case 3 -> new AppendResult.Mismatched(devices(reply.get(2)), devices(reply.get(3)));
      case 4 -> new AppendResult.Stale(devices(reply.get(2)));
      case 5 -> new AppendResult.Full();
      case 6 -> new AppendResult.KeyReused();
      default -> throw new IllegalStateException("status of append: " + status);
    };
  }

  private static List<Integer> devices(Response list) {
    return list.stream().map(Response::toInteger).toList();
  }

  private static List<Landed> parcels(Response list) {
    return list.stream().map(AppendScript::landed).toList();
  }

  private static Landed landed(Response row) {
    String streamId = row.get(2).toString();
    Buffer nonce = row.get(3).toBuffer();
    return new Landed(
        row.get(0).toInteger(),
        landing(row.get(1).toInteger()),
        streamId.isEmpty() ? null : new EnvelopeId(StreamId.parse(streamId), nonce.getLong(0)),
        row.get(4).toLong());
  }

  private static Landing landing(int code) {
    return switch (code) {
      case 1 -> Landing.STORED;
      case 2 -> Landing.HANDED;
      case 3 -> Landing.DROPPED;
      case 4 -> Landing.PASSED_OVER;
      case 5 -> Landing.GONE;
      case NOTHING_DONE -> throw new IllegalStateException("a parcel of append was left out");
      default -> throw new IllegalStateException("landing of append: " + code);
    };
  }
}
