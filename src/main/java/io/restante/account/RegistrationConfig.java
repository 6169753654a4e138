package io.restante.account;

import org.jspecify.annotations.Nullable;

/**
 * Who may register, and how a code reaches them.
 *
 * @param sessionTtlSeconds how long a registration session lives
 * @param codeTtlSeconds how long a code can be used
 * @param attemptsMax wrong codes of whoever asked for a code
 * @param webhookUrl where a code is posted for delivery, null for none
 * @param webhookSecret signs what is posted; null for unsigned posts, and where there is no URL
 */
public record RegistrationConfig(
    Mode mode,
    int sessionTtlSeconds,
    int codeTtlSeconds,
    int attemptsMax,
    @Nullable String webhookUrl,
    @Nullable String webhookSecret) {
  /** Who may register. */
  public enum Mode {
    /** Everybody; any code is right. */
    OPEN,
    /** Who has the code that was sent. */
    CODE,
    /** Nobody. */
    CLOSED
  }

  /** Checks every value. */
  public RegistrationConfig {
    atLeast("sessionTtlSeconds", sessionTtlSeconds, 1);
    atLeast("codeTtlSeconds", codeTtlSeconds, 1);
    atLeast("attemptsMax", attemptsMax, 1);
    if (webhookUrl == null && webhookSecret != null) {
      throw new IllegalArgumentException("webhookSecret: without webhookUrl (expected: with it)");
    }
  }

  private static void atLeast(String name, int value, int min) {
    if (value < min) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: " + min + " or more)");
    }
  }

  /** Hides the secret. */
  @Override
  public String toString() {
    return "RegistrationConfig[mode=" + mode + "]";
  }
}
