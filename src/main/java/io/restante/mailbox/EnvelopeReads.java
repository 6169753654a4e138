package io.restante.mailbox;

import io.restante.protocol.DeviceAddress;
import io.restante.redis.AccountKeys;
import io.restante.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads envelopes, in commands whose replies are never long. One for each event loop. */
final class EnvelopeReads {
  /** Envelopes of one read. */
  static final int ENVELOPES_MAX = 100;

  /** Bytes after which a read ends, the last envelope included. */
  static final long BYTES_MAX = 512 * 1024;

  /** With so few no script is needed to bound the reply. A doorbell mostly rings for one. */
  private static final int FEW = 2;

  private final RedisLink link;
  private final long ttlMs;
  private final ReadLane lane = new ReadLane();

  EnvelopeReads(RedisLink link, long ttlMs) {
    this.link = link;
    this.ttlMs = ttlMs;
  }

  /** As {@link MailboxStore#read}. */
  Future<MailPage> read(DeviceAddress owner, StreamId after, int countMax) {
    if (countMax < 1 || countMax > ENVELOPES_MAX) {
      throw new IllegalArgumentException(
          "countMax: " + countMax + " (expected: 1 to " + ENVELOPES_MAX + ")");
    }
    int few = Math.min(FEW, countMax);
    return few(owner, after, few)
        .compose(
            first -> {
              long bytesLeft = BYTES_MAX - bytesOf(first);
              boolean more = first.size() == few;
              return more && countMax > few && bytesLeft > 0
                  ? others(owner, first, countMax - few, bytesLeft)
                  : Future.succeededFuture(new MailPage(first, more));
            });
  }

  private Future<List<StoredEnvelope>> few(DeviceAddress owner, StreamId after, int countMax) {
    String mail = mailOf(owner);
    // By this gateway's clock, which may be wrong by the other half of the time.
    long halfMs = System.currentTimeMillis() - ttlMs / 2;
    return lane.read(
        () ->
            range(mail, "(" + after.text(), "+", countMax)
                .compose(
                    found ->
                        StreamEntries.beginUpTo(found, halfMs)
                            ? unexpired(mail, found, countMax)
                            : Future.succeededFuture(found))
                .map(StreamEntries::read),
        EnvelopeReads::bytesOf);
  }

  /** Redis' clock tells what has expired: a gateway's, were it ahead, would hide live envelopes. */
  private Future<@Nullable Response> unexpired(
      String mail, @Nullable Response found, int countMax) {
    return link.send(mail, Request.cmd(Command.TIME))
        .compose(
            now -> {
              long expiredMs = StreamEntries.millis(now) - ttlMs;
              return StreamEntries.beginUpTo(found, expiredMs)
                  ? range(mail, Long.toString(expiredMs + 1), "+", countMax)
                  : Future.succeededFuture(found);
            });
  }

  private Future<MailPage> others(
      DeviceAddress owner, List<StoredEnvelope> first, int countMax, long bytesMax) {
    StreamId after = first.get(first.size() - 1).place();
    return lane.read(
            () ->
                link.run(
                        ReadScript.SCRIPT,
                        ReadScript.keys(owner),
                        ReadScript.args(after, countMax, bytesMax, ttlMs))
                    .map(ReadScript::decode),
            page -> bytesOf(page.envelopes()))
        .map(
            page -> {
              List<StoredEnvelope> all = new ArrayList<>(first);
              all.addAll(page.envelopes());
              return new MailPage(all, page.more());
            });
  }

  /** The envelope at this place, if there is one. */
  Future<List<StoredEnvelope>> at(DeviceAddress owner, StreamId place) {
    return lane.read(
        () -> range(mailOf(owner), place.text(), place.text(), 1).map(StreamEntries::read),
        EnvelopeReads::bytesOf);
  }

  /** Takes envelopes off the list of those that are for a live session only. */
  Future<List<OnlineEnvelope>> popOnline(DeviceAddress owner, int countMax) {
    String list = AccountKeys.of(owner.aci()).onlineMail(owner.device());
    return lane.read(
        () ->
            link.send(list, Request.cmd(Command.LPOP).arg(list).arg(countMax))
                .map(StreamEntries::online),
        popped -> popped.stream().mapToLong(envelope -> envelope.bytes().length()).sum());
  }

  private Future<@Nullable Response> range(String mail, String from, String to, int countMax) {
    return link.send(
        mail, Request.cmd(Command.XRANGE).arg(mail).arg(from).arg(to).arg("COUNT").arg(countMax));
  }

  private static String mailOf(DeviceAddress owner) {
    return AccountKeys.of(owner.aci()).mail(owner.device());
  }

  private static long bytesOf(List<StoredEnvelope> envelopes) {
    return envelopes.stream().mapToLong(envelope -> envelope.bytes().length()).sum();
  }
}
