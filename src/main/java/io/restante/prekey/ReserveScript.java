package io.restante.prekey;

import io.restante.protocol.DeviceAddress;
import io.restante.protocol.GatewayException;
import io.restante.redis.AccountKeys;
import io.restante.redis.RedisLink;
import io.restante.redis.RedisScript;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** {@code reserve.lua}: its arguments and its reply. */
final class ReserveScript {
  private static final RedisScript SCRIPT = RedisScript.load("prekey/reserve");
  private static final byte[] DOMAIN = "reserve\0".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NOBODY = {};
  private static final int MARK_BYTES = 8;

  /** What was taken, with its epoch; null where nothing. */
  record Reply(byte @Nullable [] left, byte @Nullable [] right, int burned) {
    byte @Nullable [] of(Pool.End end) {
      return end == Pool.End.LEFT ? left : right;
    }
  }

  private final RedisLink link;
  private final ReserveConfig config;

  ReserveScript(RedisLink link, ReserveConfig config) {
    this.link = link;
    this.config = config;
  }

  /** Whether this claimant may take from a reserve at all: he must be known by name. */
  boolean isOpenTo(Claimant claimant) {
    return config.keysMax() == 0 || claimant instanceof Claimant.Device;
  }

  /**
   * Runs it.
   *
   * @param ends letters of those that are wanted
   */
  Future<Reply> run(
      ClaimShape<?> shape, DeviceAddress owner, long epoch, String ends, Claimant claimant) {
    AccountKeys names = AccountKeys.of(owner.aci());
    Pool pool = shape.pools().get(0);
    List<String> keys =
        List.of(
            names.keys(shape.identity(), owner.device()),
            names.tag() + pool.reserveBeginning(shape.identity()) + owner.device(),
            names.takers(owner.device()));
    List<Object> args =
        List.of(
            epoch,
            pool.reserveField(),
            ends,
            mark(claimant, owner.aci()),
            config.takersMax(),
            config.takersTtlSeconds());
    return link.run(SCRIPT, keys, args).map(reply -> tell(decode(reply), keys.get(1)));
  }

  /** What stands for a claimant on the record of an owner's devices; empty where nobody asks. */
  byte[] mark(Claimant claimant, UUID owner) {
    if (config.keysMax() == 0 || !(claimant instanceof Claimant.Device caller)) {
      return NOBODY;
    }
    MessageDigest sha256 = PoolBatch.sha256();
    sha256.update(DOMAIN);
    sha256.update(caller.address().aci().toString().getBytes(StandardCharsets.US_ASCII));
    byte[] digest = sha256.digest(owner.toString().getBytes(StandardCharsets.US_ASCII));
    return Arrays.copyOf(digest, MARK_BYTES);
  }

  /** A later primary that does not know of what was taken must not hand it out again. */
  private Reply tell(Reply reply, String list) {
    boolean holds =
        (reply.left() == null || link.popped(Command.LPOP, list))
            && (reply.right() == null || link.popped(Command.RPOP, list));
    if (!holds) {
      throw GatewayException.redisUnavailable("another primary has taken over");
    }
    return reply;
  }

  private static Reply decode(@Nullable Response reply) {
    if (reply == null || reply.size() != 3) {
      throw new IllegalStateException("prekey/reserve answered another shape");
    }
    return new Reply(orNull(reply.get(0)), orNull(reply.get(1)), reply.get(2).toInteger());
  }

  private static byte @Nullable [] orNull(Response entry) {
    byte[] bytes = entry.toBytes();
    return bytes.length == 0 ? null : bytes;
  }
}
