package io.restante.push.fcm;

import io.restante.push.PushOutcome;

/** What asking for an access token came to. */
sealed interface Grant {
  /**
   * A token, and whose it is.
   *
   * @param issuedAtMs ms since the epoch when it was asked for
   * @param refreshAtMs from when on a new one is asked for
   * @param expiresAtMs from when on it is not used
   */
  record AccessToken(
      String value, GoogleAccount account, long issuedAtMs, long refreshAtMs, long expiresAtMs)
      implements Grant {
    /** Hides the token. */
    @Override
    public String toString() {
      return "AccessToken";
    }
  }

  /**
   * None is given, and a push that needs one is to be sent later.
   *
   * @param why a word for the log
   */
  record Denied(PushOutcome.Later outcome, String why) implements Grant {}
}
