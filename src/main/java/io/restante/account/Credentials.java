package io.restante.account;

import io.vertx.core.Future;
import java.util.Optional;

/**
 * Names callers. Answers come from a cache whose entries live for less than a minute, and are
 * dropped at once when the account's revocation is heard.
 */
public interface Credentials {
  /**
   * The device with this name and password.
   *
   * @param name {@code aci} for device 1, {@code aci.N}, or a handle (generations A, B)
   * @return empty where the account, the device or the password is not known, alike
   */
  Future<Optional<Caller>> authenticate(String name, String password);

  /** Whether a caller's credentials still hold. */
  Future<Boolean> isCurrent(Caller caller);
}
