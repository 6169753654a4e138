package io.restante.story;

import io.restante.account.AccountAttributes;
import io.restante.account.AccountCaches;
import io.restante.account.AccountConfig;
import io.restante.account.DeviceKeys;
import io.restante.account.NewDevice;
import io.restante.account.PushTokens;
import io.restante.account.RedisAccountStore;
import io.restante.account.Revocations;
import io.restante.protocol.DeviceAddress;
import io.restante.protocol.SignedPrekey;
import io.restante.redis.HeldRedisLink;
import io.restante.redis.RedisConfig;
import io.restante.redis.RedisConfig.Durability;
import io.restante.redis.RedisMetrics;
import io.restante.redis.RedisUrl;
import io.restante.testing.EventLoop;
import io.restante.testing.client.KeyRing;
import io.restante.testing.client.Phone;
import java.util.Set;
import java.util.UUID;
import org.signal.libsignal.protocol.state.KyberPreKeyRecord;
import org.signal.libsignal.protocol.state.SignedPreKeyRecord;

/** Adds a device to an account behind the gateway's back, as there is no route for it yet. */
public final class Linking {
  private static final int NUMBER = 2;
  private static final AccountConfig ACCOUNTS = new AccountConfig(0, 6, 1, null);

  private Linking() {}

  /** A second device of the phone's account. */
  public static Phone link(String redisUrl, Phone phone) {
    Phone further = phone.furtherDevice(NUMBER);
    AccountCaches caches = new AccountCaches(ACCOUNTS, new Revocations());
    RedisConfig redis = RedisConfig.standalone(RedisUrl.parse(redisUrl), Set.of(Durability.FSYNC));
    try (EventLoop loop = new EventLoop()) {
      HeldRedisLink link =
          loop.await(() -> HeldRedisLink.open(loop.vertx(), redis, RedisMetrics.none()));
      RedisAccountStore accounts = new RedisAccountStore(loop.vertx(), link, caches, ACCOUNTS);
      UUID aci = UUID.fromString(phone.aci());
      DeviceAddress linked = loop.await(() -> accounts.addDevice(aci, device(further)));
      if (linked.device() != NUMBER) {
        throw new AssertionError("linked as device " + linked.device());
      }
      loop.await(link::close);
    }
    return further;
  }

  private static NewDevice device(Phone phone) {
    AccountAttributes attributes =
        new AccountAttributes(
            phone.aciKeys().registrationId(),
            phone.pniKeys().registrationId(),
            true,
            null,
            false,
            Set.of(),
            null,
            null);
    DeviceKeys keys = new DeviceKeys(keys(phone.aciKeys()), keys(phone.pniKeys()));
    return NewDevice.withPassword(phone.password(), attributes, keys, PushTokens.NONE);
  }

  private static DeviceKeys.OfIdentity keys(KeyRing keys) {
    SignedPreKeyRecord signed = keys.signedPreKey();
    KyberPreKeyRecord last = keys.lastResort();
    return new DeviceKeys.OfIdentity(
        keys.identityKey(),
        new SignedPrekey(signed.getId(), KeyRing.publicKey(signed), signed.getSignature()),
        new SignedPrekey(last.getId(), KeyRing.publicKey(last), last.getSignature()));
  }
}
