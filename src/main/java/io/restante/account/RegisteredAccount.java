package io.restante.account;

import io.restante.protocol.Handle;
import java.util.UUID;

/** The names of a registered account. */
public record RegisteredAccount(UUID aci, UUID pni, Handle handle) {
  /** Hides them. */
  @Override
  public String toString() {
    return "RegisteredAccount";
  }
}
