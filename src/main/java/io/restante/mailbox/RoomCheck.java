package io.restante.mailbox;

import io.restante.redis.AccountKeys;
import io.restante.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether mailboxes have room for one envelope more, as {@code mailbox/append} would find without
 * taking anything away: what has expired may make room, so it counts as room.
 */
final class RoomCheck {
  private final RedisLink link;
  private final MailboxConfig config;

  RoomCheck(RedisLink link, MailboxConfig config) {
    this.link = link;
    this.config = config;
  }

  /** Asks for all of an account's devices; a send that was taken before needs none. */
  Future<Boolean> ask(
      AccountKeys keys, List<Integer> devices, int storedBytes, @Nullable String record) {
    List<Future<Boolean>> each =
        devices.stream().map(device -> ask(keys, device, storedBytes)).toList();
    return Future.all(each)
        .map(all -> each.stream().allMatch(Future::result))
        .compose(
            room ->
                room || record == null
                    ? Future.succeededFuture(room)
                    : exists(keys.idempotency(record)));
  }

  private Future<Boolean> exists(String key) {
    return link.send(key, Request.cmd(Command.EXISTS).arg(key)).map(found -> number(found) > 0);
  }

  private Future<Boolean> ask(AccountKeys keys, int device, int storedBytes) {
    String mail = keys.mail(device);
    String bytes = keys.mailBytes(device);
    Future<@Nullable Response> length = link.send(mail, Request.cmd(Command.XLEN).arg(mail));
    Future<@Nullable Response> held = link.send(mail, Request.cmd(Command.GET).arg(bytes));
    return Future.all(length, held)
        .compose(
            both ->
                fits(number(length.result()), number(held.result()), storedBytes)
                    ? Future.succeededFuture(true)
                    : hasExpired(mail));
  }

  private boolean fits(long length, long heldBytes, int storedBytes) {
    long before = length == 0 ? 0 : heldBytes;
    return length < config.envelopesMax() && before + storedBytes <= config.bytesMax();
  }

  private Future<Boolean> hasExpired(String mail) {
    return link.send(mail, Request.cmd(Command.TIME))
        .map(now -> StreamEntries.millis(now) - config.ttlMs())
        .compose(
            expiredMs ->
                link.send(
                    mail,
                    Request.cmd(Command.XRANGE)
                        .arg(mail)
                        .arg("-")
                        .arg(expiredMs)
                        .arg("COUNT")
                        .arg(1)))
        .map(found -> found != null && found.size() > 0);
  }

  private static long number(@Nullable Response reply) {
    return reply == null ? 0 : reply.toLong();
  }
}
