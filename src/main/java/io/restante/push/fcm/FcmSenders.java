package io.restante.push.fcm;

import io.restante.push.Alarm;
import io.restante.push.BoundedHttp;
import io.restante.push.PushSender;
import io.restante.push.ReloadedFile;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import java.time.InstantSource;
import java.util.SplittableRandom;

/**
 * The senders of a gateway to FCM, one for each event loop, with one file of credentials. Safe from
 * any thread.
 */
public final class FcmSenders implements AutoCloseable {
  private final Vertx vertx;
  private final FcmConfig config;
  private final ReloadedFile<GoogleAccount> file;
  private final InstantSource clock;
  private final Alarm alarm;

  FcmSenders(
      Vertx vertx,
      FcmConfig config,
      ReloadedFile<GoogleAccount> file,
      InstantSource clock,
      Alarm alarm) {
    this.vertx = vertx;
    this.config = config;
    this.file = file;
    this.clock = clock;
    this.alarm = alarm;
  }

  /**
   * Reads the credentials, on the caller's thread.
   *
   * @throws IllegalArgumentException that names setting and file, where they are not usable
   */
  public static FcmSenders open(Vertx vertx, FcmConfig config) {
    ReloadedFile<GoogleAccount> file =
        ReloadedFile.open(
            vertx,
            "push.fcm.credentials",
            config.credentials(),
            GoogleAccount::parse,
            ReloadedFile.CHECK_MS);
    return new FcmSenders(vertx, config, file, InstantSource.system(), Alarm.of(vertx));
  }

  /** A sender for one event loop; to be closed by it. */
  public PushSender sender() {
    BoundedHttp http =
        new BoundedHttp(
            vertx, config.timeoutMs(), config.connectionsMax(), new HttpClientOptions(), alarm);
    AccessTokens tokens =
        new AccessTokens(vertx, http, file, config.timeoutMs(), clock, new SplittableRandom());
    return new FcmSender(http, tokens, config.server(), clock);
  }

  /** Looks at the credentials' file no more. */
  @Override
  public void close() {
    file.close();
  }
}
