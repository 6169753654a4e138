package io.restante.push.apns;

import io.restante.push.PushSender;
import io.restante.push.apns.Connections.Times;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;

/**
 * What all event loops of a gateway share of Apple's push notification service: one set of
 * credentials, and so one token, as Apple refuses who comes with ever new ones.
 */
public final class Apns {
  /** Between two looks at the credentials' files. */
  private static final int CHECK_MS = 5_000;

  private final Vertx vertx;
  private final ApnsConfig config;
  private final CredentialFiles files;
  private final InstantSource clock;
  private final Times times;
  private final long timer;
  private volatile boolean checking;
  private volatile boolean proven;

  private Apns(
      Vertx vertx,
      ApnsConfig config,
      CredentialFiles files,
      InstantSource clock,
      int checkMs,
      Times times) {
    this.vertx = vertx;
    this.config = config;
    this.files = files;
    this.clock = clock;
    this.times = times;
    this.timer = vertx.setPeriodic(checkMs, id -> check());
  }

  /**
   * Reads the credentials, and from then on again whenever their files change. Fails with an {@link
   * IllegalArgumentException} that names the setting, where they cannot be used.
   */
  public static Future<Apns> open(Vertx vertx, ApnsConfig config) {
    return open(vertx, config, InstantSource.system(), CHECK_MS, Times.of(vertx));
  }

  static Future<Apns> open(
      Vertx vertx, ApnsConfig config, InstantSource clock, int checkMs, Times times) {
    return vertx
        .executeBlocking(() -> new CredentialFiles(vertx, config, clock), false)
        .map(files -> new Apns(vertx, config, files, clock, checkMs, times));
  }

  /** A sender for one event loop. */
  public PushSender sender() {
    return new ApnsSender(vertx, config, this, times);
  }

  /** Ends the looks at files; the senders are closed by those who have them. */
  public void close() {
    vertx.cancelTimer(timer);
  }

  private void check() {
    if (!checking) {
      checking = true;
      vertx
          .executeBlocking(
              () -> {
                files.check();
                return true;
              },
              false)
          .onComplete(done -> checking = false);
    }
  }

  Credentials credentials() {
    return files.current();
  }

  /** Whether there is another token than this one, which Apple does not take. */
  Future<Boolean> replace(ProviderToken refused) {
    return vertx.executeBlocking(() -> files.replace(refused), false);
  }

  long nowMs() {
    return clock.millis();
  }

  /** Whether the server has taken a push, so that server and topic are those of devices. */
  boolean isProven() {
    return proven;
  }

  void prove() {
    proven = true;
  }
}
