package io.restante.push.webpush;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;

/**
 * Tokens for push servers, one for each origin, made anew before they expire: a signature takes
 * half a millisecond. Usable from any thread.
 */
final class VapidTokens {
  /** A server may refuse one that lives for more than a day (RFC 8292, section 2). */
  static final long LIFETIME_SECONDS = TimeUnit.HOURS.toSeconds(12);

  /** One is used until so shortly before its end: clocks differ, and pushes wait. */
  static final long RENEWAL_SECONDS = TimeUnit.HOURS.toSeconds(1);

  private static final int ORIGINS_MAX = 1024;

  private record Token(String authorization, long expiresAtSeconds) {}

  private final VapidKey key;
  private final String subject;
  private final InstantSource clock;
  private final Cache<String, Token> tokens =
      Caffeine.newBuilder().maximumSize(ORIGINS_MAX).build();

  VapidTokens(VapidKey key, String subject, InstantSource clock) {
    this.key = key;
    this.subject = subject;
    this.clock = clock;
  }

  /** The {@code Authorization} of a push to this origin. */
  String authorization(String origin) {
    long now = clock.instant().getEpochSecond();
    Token cached = tokens.getIfPresent(origin);
    if (cached != null && cached.expiresAtSeconds - now > RENEWAL_SECONDS) {
      return cached.authorization;
    }
    long expiresAt = now + LIFETIME_SECONDS;
    Token made = new Token(key.authorization(origin, subject, expiresAt), expiresAt);
    tokens.put(origin, made);
    return made.authorization;
  }
}
