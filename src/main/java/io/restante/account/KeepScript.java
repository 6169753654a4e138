package io.restante.account;

import io.restante.redis.LookupKeys;
import io.restante.redis.RedisLink;
import io.restante.redis.RedisScript;
import io.vertx.core.Future;
import java.util.List;
import java.util.UUID;

/** Runs {@code keep.lua}: makes the pending look-up of a PNI a lasting one. */
final class KeepScript {
  private static final RedisScript SCRIPT = RedisScript.load("account/keep");

  private KeepScript() {}

  /** Whether the look-up was still the pending one. */
  static Future<Boolean> run(RedisLink link, UUID pni, String pending, UUID aci) {
    return link.run(SCRIPT, List.of(LookupKeys.pni(pni)), List.of(pending, aci.toString()))
        .map(Replies::isOne);
  }
}
