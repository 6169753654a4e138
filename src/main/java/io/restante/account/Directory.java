package io.restante.account;

import io.restante.protocol.Destination;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.UUID;

/** Looks accounts up by what a request calls them, from a cache where it can. */
public interface Directory {
  /**
   * The account of a destination, from cache for handles and PNIs where known. An ACI is answered
   * as it is, whether the account exists or not: its own keys tell.
   */
  Future<Optional<UUID>> aciOf(Destination destination);

  /**
   * Whether an account takes an anonymous caller's access key (16 bytes): a new one at once, one
   * that was replaced for 5 s more at most. An unknown account and a wrong key are both {@code
   * false}, in the same time, as Redis is asked each time.
   */
  Future<Boolean> admits(UUID aci, byte[] accessKey);

  /** What an account says of itself, at most 5 s old; empty where there is no such account. */
  Future<Optional<AccessPolicy>> policyOf(UUID aci);

  /**
   * Whether an account has more than one device. One that is linked or removed counts at once here,
   * elsewhere once the gateway hears of it, and within 5 s where it does not.
   */
  Future<Boolean> hasSeveralDevices(UUID aci);
}
