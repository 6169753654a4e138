package io.restante.prekey;

import io.restante.protocol.DeviceAddress;
import io.restante.protocol.Identity;
import io.restante.redis.AccountKeys;
import io.restante.redis.RedisLink;
import io.restante.redis.RedisScript;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@code upload.lua}: its arguments and its reply. */
final class UploadScript {
  private static final RedisScript SCRIPT = RedisScript.load("prekey/upload");
  private static final byte[] ABSENT = {};
  private static final String POOLS =
      Pool.ALL.stream().map(Pool::name).collect(Collectors.joining(","));

  private final RedisLink link;
  private final int ledgerKeysMax;

  UploadScript(RedisLink link, int ledgerKeysMax) {
    this.link = link;
    this.ledgerKeysMax = ledgerKeysMax;
  }

  Future<UploadResult> run(DeviceAddress owner, Identity identity, VerifiedUpload upload) {
    AccountKeys names = AccountKeys.of(owner.aci());
    List<String> keys = new ArrayList<>();
    keys.add(names.account());
    keys.add(names.devices());
    keys.add(names.keys(identity, owner.device()));
    keys.add(names.keys(identity, DeviceAddress.PRIMARY));
    List<Object> args = new ArrayList<>();
    args.add(names.tag());
    args.add(identity.wireName());
    args.add(owner.device());
    args.add(upload.identityKey());
    args.add(upload.namesIdentity() ? 1 : 0);
    args.add(orAbsent(upload.signed()));
    args.add(orAbsent(upload.last()));
    args.add(orAbsent(upload.ecLast()));
    args.add(ledgerKeysMax);
    args.add(POOLS);
    for (PoolBatch batch : upload.batches()) {
      Pool pool = batch.pool();
      keys.add(names.pool(identity, pool.name(), owner.device()));
      keys.add(names.ledger(identity, pool.name(), owner.device()));
      args.add(batch.entries().size());
      args.add(pool.publicKeyAt() + 1);
      args.add(pool.publicKeyAt() + pool.publicKeyBytes());
      args.add(batch.fingerprints());
      args.addAll(batch.entries());
    }
    return link.run(SCRIPT, keys, args).map(UploadScript::decode);
  }

  private static byte[] orAbsent(byte @Nullable [] packed) {
    return packed == null ? ABSENT : packed;
  }

  private static UploadResult decode(@Nullable Response reply) {
    if (reply == null || reply.size() < 2) {
      throw new IllegalStateException("prekey/upload answered nil");
    }
    int kept = 0;
    int dropped = 0;
    for (int i = 2; i + 1 < reply.size(); i += 2) {
      kept += reply.get(i).toInteger();
      dropped += reply.get(i + 1).toInteger();
    }
    return new UploadResult(status(reply.get(0).toInteger()), kept, dropped);
  }

  private static UploadResult.Status status(int status) {
    return switch (status) {
      case 0 -> UploadResult.Status.STORED;
      case 1 -> UploadResult.Status.NO_DEVICE;
      case 2 -> UploadResult.Status.NO_IDENTITY;
      case 3 -> UploadResult.Status.IDENTITY_CHANGED;
      case 4 -> UploadResult.Status.FOREIGN_IDENTITY;
      default -> throw new IllegalStateException("prekey/upload: status " + status);
    };
  }
}
