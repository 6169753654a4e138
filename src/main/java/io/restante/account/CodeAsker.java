package io.restante.account;

import io.restante.protocol.Handle;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Who asks for a code of a handle, or tries one: attempts belong to whoever asked for a code, so
 * that nobody uses up those of somebody else.
 *
 * @param name tells askers of one handle apart, and nothing else of them
 */
record CodeAsker(String name) {
  /** Nobody that could be told: attempts that everybody shares. */
  static final CodeAsker ANYONE = new CodeAsker("anyone");

  private static final int HASH_BYTES = 16;

  /** Who has this verification session. */
  static CodeAsker ofSession(String id) {
    return new CodeAsker("session:" + id);
  }

  /** Generations A and B: who wants to register the handle with this password. */
  static CodeAsker ofPassword(Handle handle, String password) {
    Verifier verifier = Verifier.of(password, handle.text().getBytes(StandardCharsets.UTF_8));
    return new CodeAsker("password:" + HexFormat.of().formatHex(verifier.hash(), 0, HASH_BYTES));
  }

  /** Hides the name. */
  @Override
  public String toString() {
    return "CodeAsker";
  }
}
