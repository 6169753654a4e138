package io.restante.prekey;

import io.restante.protocol.DeviceAddress;
import io.restante.protocol.Identity;
import io.restante.redis.AccountKeys;
import io.restante.redis.RedisLink;
import io.restante.redis.RedisScript;
import io.vertx.core.Future;
import java.util.List;

/** {@code delete-pool.lua}: its arguments and its reply. */
final class DeletePoolScript {
  private static final RedisScript SCRIPT = RedisScript.load("prekey/delete-pool");

  private final RedisLink link;

  DeletePoolScript(RedisLink link) {
    this.link = link;
  }

  /** Whether there was such a pool. */
  Future<Boolean> run(DeviceAddress owner, PoolName name) {
    AccountKeys names = AccountKeys.of(owner.aci());
    Pool pool = Pool.named(name);
    List<String> keys =
        List.of(
            names.keys(Identity.ACI, owner.device()),
            names.pool(Identity.ACI, pool.name(), owner.device()),
            names.tag() + pool.reserveBeginning(Identity.ACI) + owner.device());
    List<Object> fields =
        List.of(pool.stateField(), NamedFields.lastField(name), pool.reserveField());
    return link.run(SCRIPT, keys, fields).map(reply -> reply != null && reply.toInteger() == 1);
  }
}
