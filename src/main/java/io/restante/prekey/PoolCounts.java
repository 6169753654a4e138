package io.restante.prekey;

import io.restante.protocol.DeviceAddress;
import io.restante.protocol.Identity;
import io.restante.redis.AccountKeys;
import io.restante.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;

/** How many entries wait in a pool, its reserve included. */
final class PoolCounts {
  private final RedisLink link;

  PoolCounts(RedisLink link) {
    this.link = link;
  }

  /** Both in one. */
  Future<Integer> of(DeviceAddress owner, Identity identity, Pool pool) {
    Future<Integer> outside = outsideReserve(owner, identity, pool);
    Future<Integer> reserve = reserve(owner, identity, pool);
    return Future.join(outside, reserve).map(both -> outside.result() + reserve.result());
  }

  /** Without its reserve. */
  Future<Integer> outsideReserve(DeviceAddress owner, Identity identity, Pool pool) {
    return length(AccountKeys.of(owner.aci()).pool(identity, pool.name(), owner.device()));
  }

  /** The pools of the Signal protocol share a reserve, of which a field tells the lengths. */
  Future<Integer> reserve(DeviceAddress owner, Identity identity, Pool pool) {
    AccountKeys names = AccountKeys.of(owner.aci());
    if (pool.isNamed()) {
      return length(names.tag() + pool.reserveBeginning(identity) + owner.device());
    }
    String keys = names.keys(identity, owner.device());
    return link.send(keys, Request.cmd(Command.HGET).arg(keys).arg(pool.reserveField()))
        .map(reply -> inReserve(reply == null ? "" : reply.toString(), pool.end()));
  }

  /** How many entries an end of a reserve has by its field {@code <left>:<right>}. */
  static int inReserve(String field, Pool.End end) {
    int colon = field.indexOf(':');
    if (colon < 0) {
      return 0;
    }
    return Integer.parseInt(
        end == Pool.End.LEFT ? field.substring(0, colon) : field.substring(colon + 1));
  }

  private Future<Integer> length(String list) {
    return link.send(list, Request.cmd(Command.LLEN).arg(list))
        .map(reply -> reply == null ? 0 : reply.toInteger());
  }
}
