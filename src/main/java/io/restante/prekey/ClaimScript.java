package io.restante.prekey;

import io.restante.protocol.GatewayException;
import io.restante.redis.AccountKeys;
import io.restante.redis.RedisLink;
import io.restante.redis.RedisScript;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code claim.lua}: its arguments and its reply. */
final class ClaimScript {
  private static final RedisScript SCRIPT = RedisScript.load("prekey/claim");

  /**
   * Its reply.
   *
   * @param rows empty where it is refused
   * @param replayed whether the answer is a recorded one
   * @param refused null where it is not
   * @param burned entries of an earlier epoch that went to nobody
   */
  record Reply<F extends FieldsRead>(
      List<Found<F>> rows, boolean replayed, ClaimResult.@Nullable Refused refused, int burned) {}

  /**
   * What may be taken.
   *
   * @param allowances of each device; one that is not in it gives no one-time entries
   * @param limited why nothing new may be claimed at all; null where something may
   */
  record Terms(Map<Integer, Allowance> allowances, @Nullable GatewayException limited) {}

  private final RedisLink link;
  private final ReserveScript reserve;
  private final ReserveConfig reserveConfig;
  private final long windowMs;

  ClaimScript(RedisLink link, ReserveScript reserve, PrekeyConfig config) {
    this.link = link;
    this.reserve = reserve;
    this.reserveConfig = config.reserve();
    this.windowMs = config.idempotencyWindowMs();
  }

  /**
   * Runs it.
   *
   * @param recordHash names caller and idempotency key
   * @return fails with what limited it, where there is no record to answer from
   */
  <F extends FieldsRead> Future<Reply<F>> run(
      ClaimShape<F> shape, ClaimTarget target, Terms terms, Claimant claimant, String recordHash) {
    AccountKeys names = AccountKeys.of(target.aci());
    List<String> keys = List.of(names.idempotency(recordHash), names.devices());
    List<Object> args = new ArrayList<>();
    args.add(names.tag());
    args.add(shape.identity().wireName());
    args.add(target.deviceText());
    args.add(shape.scope());
    args.add(windowMs);
    args.add(terms.limited() == null ? 0 : 1);
    args.add(reserve.mark(claimant, target.aci()));
    args.add(reserveConfig.takersMax());
    args.add(reserveConfig.takersTtlSeconds());
    args.add(shape.fields().size());
    args.add(shape.required());
    args.addAll(shape.fields());
    args.add(shape.pools().size());
    for (Pool pool : shape.pools()) {
      args.add(pool.name());
      args.add(pool.end().letter());
      args.add(pool.reserveBeginning(shape.identity()));
      args.add(pool.reserveField());
    }
    boolean reserveToo = reserve.isOpenTo(claimant);
    terms
        .allowances()
        .forEach(
            (device, allowance) -> {
              boolean reserved = reserveToo && allowance.givesReserve();
              if (allowance.givesPools() || reserved) {
                args.add(device);
                args.add((allowance.givesPools() ? 1 : 0) + (reserved ? 2 : 0));
              }
            });
    return link.run(SCRIPT, keys, args)
        .map(reply -> decode(shape, reply, terms.limited()))
        .map(reply -> tell(shape, names, reserveToo, reply));
  }

  /**
   * A later primary that does not know of what was taken must not hand it out again. Which of pool
   * and reserve gave an entry the reply does not say.
   */
  private <F extends FieldsRead> Reply<F> tell(
      ClaimShape<F> shape, AccountKeys names, boolean reserveToo, Reply<F> reply) {
    for (Found<F> row : reply.replayed() ? List.<Found<F>>of() : reply.rows()) {
      for (int i = 0; i < row.entries().length; i++) {
        Pool pool = shape.pools().get(i);
        if (row.entries()[i] != null && !isTold(shape, names, pool, row.device(), reserveToo)) {
          throw GatewayException.redisUnavailable("another primary has taken over");
        }
      }
    }
    return reply;
  }

  private boolean isTold(
      ClaimShape<?> shape, AccountKeys names, Pool pool, int device, boolean reserveToo) {
    String reserved = names.tag() + pool.reserveBeginning(shape.identity()) + device;
    Command fromReserve = pool.end() == Pool.End.LEFT ? Command.LPOP : Command.RPOP;
    return link.popped(Command.LPOP, names.pool(shape.identity(), pool.name(), device))
        && (!reserveToo || link.popped(fromReserve, reserved));
  }

  private static <F extends FieldsRead> Reply<F> decode(
      ClaimShape<F> shape, @Nullable Response reply, @Nullable GatewayException limited) {
    if (reply == null || reply.size() != 3) {
      throw new IllegalStateException("prekey/claim answered another shape");
    }
    int status = reply.get(0).toInteger();
    if (status == 6 && limited != null) {
      throw limited;
    }
    List<Found<F>> rows = new ArrayList<>();
    for (Response row : reply.get(1)) {
      rows.add(found(shape, row));
    }
    return new Reply<>(rows, status == 1, refused(status), reply.get(2).toInteger());
  }

  private static <F extends FieldsRead> Found<F> found(ClaimShape<F> shape, Response row) {
    byte[] @Nullable [] fields = new byte[shape.fields().size()][];
    byte[] @Nullable [] entries = new byte[shape.pools().size()][];
    for (int i = 0; i < fields.length; i++) {
      fields[i] = orNull(row.get(1 + i));
    }
    for (int i = 0; i < entries.length; i++) {
      entries[i] = orNull(row.get(1 + fields.length + i));
    }
    return new Found<>(row.get(0).toInteger(), shape.reader().apply(fields), entries);
  }

  private static byte @Nullable [] orNull(Response field) {
    byte[] bytes = field.toBytes();
    return bytes.length == 0 ? null : bytes;
  }

  private static ClaimResult.@Nullable Refused refused(int status) {
    return switch (status) {
      case 0, 1 -> null;
      case 2 -> ClaimResult.Refused.KEY_REUSED;
      case 3 -> ClaimResult.Refused.NO_ACCOUNT;
      case 4 -> ClaimResult.Refused.NO_DEVICE;
      case 5 -> ClaimResult.Refused.NO_KEYS;
      default -> throw new IllegalStateException("prekey/claim: status " + status);
    };
  }
}
