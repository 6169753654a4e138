package io.restante.prekey;

import io.restante.protocol.DeviceAddress;
import io.restante.protocol.Identity;
import io.restante.redis.AccountKeys;
import io.restante.redis.RedisLink;
import io.restante.redis.RedisScript;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code upload.lua}: its arguments and its reply. */
final class UploadScript {
  private static final RedisScript SCRIPT = RedisScript.load("prekey/upload");
  private static final byte[] NO_IDENTITY = {};

  /**
   * What is uploaded, to the pools of the Signal protocol or to named ones.
   *
   * @param identityKey against which signatures were verified; empty where it is about none
   * @param namesIdentity whether the upload names that key itself
   * @param fields of the device's keys that it sets
   */
  record Parts(
      byte[] identityKey,
      boolean namesIdentity,
      Map<String, byte[]> fields,
      List<PoolBatch> batches) {
    static Parts of(VerifiedUpload upload) {
      Map<String, byte[]> fields = new LinkedHashMap<>();
      if (upload.signed() != null) {
        fields.put("signed", upload.signed());
      }
      if (upload.last() != null) {
        fields.put("last", upload.last());
      }
      if (upload.ecLast() != null) {
        fields.put("ec-last", upload.ecLast());
      }
      return new Parts(upload.identityKey(), upload.namesIdentity(), fields, upload.batches());
    }

    static Parts named(Map<String, byte[]> fields, PoolBatch batch) {
      return new Parts(NO_IDENTITY, false, fields, List.of(batch));
    }
  }

  private final RedisLink link;
  private final int ledgerKeysMax;
  private final int reserveKeysMax;
  private final int namesMax;
  private final int namesEverMax;

  /**
   * The script over one link.
   *
   * @param namesMax named pools that a device may have
   * @param namesEverMax names that its ledger may have
   */
  UploadScript(RedisLink link, PrekeyConfig config, int namesMax, int namesEverMax) {
    this.link = link;
    this.ledgerKeysMax = config.ledgerMax();
    this.reserveKeysMax = config.reserve().keysMax();
    this.namesMax = namesMax;
    this.namesEverMax = namesEverMax;
  }

  Future<UploadResult> run(DeviceAddress owner, Identity identity, Parts parts) {
    AccountKeys names = AccountKeys.of(owner.aci());
    List<String> keys = new ArrayList<>();
    keys.add(names.account());
    keys.add(names.devices());
    keys.add(names.keys(identity, owner.device()));
    keys.add(names.keys(identity, DeviceAddress.PRIMARY));
    keys.add(names.ledger(identity, owner.device()));
    List<Object> args = new ArrayList<>();
    args.add(names.tag());
    args.add(identity.wireName());
    args.add(owner.device());
    args.add(parts.identityKey());
    args.add(parts.namesIdentity() ? 1 : 0);
    args.add(ledgerKeysMax);
    args.add(reserveKeysMax);
    args.add(namesMax);
    args.add(namesEverMax);
    args.add(parts.fields().size());
    parts
        .fields()
        .forEach(
            (field, value) -> {
              args.add(field);
              args.add(value);
            });
    for (PoolBatch batch : parts.batches()) {
      Pool pool = batch.pool();
      keys.add(names.pool(identity, pool.name(), owner.device()));
      keys.add(names.tag() + pool.reserveBeginning(identity) + owner.device());
      args.add(pool.name());
      args.add(pool.end().letter());
      args.add(pool.reserveField());
      args.add(batch.isNewestFirst() ? "newest" : "oldest");
      args.add(batch.ttlSeconds());
      args.add(batch.entries().size());
      args.add(batch.fingerprints());
      args.addAll(batch.entries());
    }
    return link.run(SCRIPT, keys, args).map(UploadScript::decode);
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
      case 5 -> UploadResult.Status.TOO_MANY_POOLS;
      case 6 -> UploadResult.Status.TOO_MANY_NAMES;
      default -> throw new IllegalStateException("prekey/upload: status " + status);
    };
  }
}
