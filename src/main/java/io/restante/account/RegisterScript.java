package io.restante.account;

import io.restante.protocol.Handle;
import io.restante.protocol.Identity;
import io.restante.redis.AccountKeys;
import io.restante.redis.LookupKeys;
import io.restante.redis.RedisLink;
import io.restante.redis.RedisScript;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Runs {@code register.lua}: writes a new account, or the same one anew. */
final class RegisterScript {
  private static final RedisScript SCRIPT = RedisScript.load("account/register");

  private RegisterScript() {}

  /** Writes the primary device of an account whose PNI was settled. */
  static Future<LookupNames> run(
      RedisLink link, UUID aci, UUID pni, Handle handle, NewDevice primary) {
    AccountKeys keys = AccountKeys.of(aci);
    List<Object> account = new ArrayList<>(List.of("handle", handle.text()));
    account.addAll(primary.attributes().accountFields());
    ScriptArguments arguments =
        new ScriptArguments()
            .add(keys.tag(), pni.toString(), aci.toString(), LookupKeys.revoked())
            .add(primary.attributes().registrations())
            .addList(AccountKeys.ofDevice())
            .addList(account)
            .addList(primary.deviceFields())
            .addList(primary.keyFieldsWithIdentity(Identity.ACI))
            .addList(primary.keyFieldsWithIdentity(Identity.PNI));
    return link.run(
            SCRIPT, List.of(keys.account(), keys.devices(), keys.profile()), arguments.all())
        .map(LookupNames::of);
  }
}
