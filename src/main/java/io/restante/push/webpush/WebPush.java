package io.restante.push.webpush;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.restante.push.Alarm;
import io.restante.push.PushSender;
import io.restante.telemetry.Meters;
import io.restante.telemetry.Metric;
import io.vertx.core.Vertx;
import io.vertx.core.net.TrustOptions;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Web Push as a gateway has it: what all its event loops share, and a sender for each. */
public final class WebPush {
  /** Why a push was not sent at all. */
  enum Unsent {
    /** The endpoint is one that the rules do not take any more. */
    ENDPOINT,
    /** It is at an address that is not public. */
    ADDRESS,
    /** Its host has no address. */
    UNRESOLVED,
    /** Too many are under way, or wait for the same host. */
    BUSY
  }

  private final WebPushConfig config;
  private final EndpointRules rules;
  private final VapidKey key;
  private final VapidTokens tokens;
  private final @Nullable TrustOptions trust;
  private final InstantSource clock;
  private final Function<Vertx, Alarm> alarms;
  private final Map<Unsent, Counter> unsent;

  private WebPush(
      WebPushConfig config,
      MeterRegistry registry,
      InstantSource clock,
      Function<Vertx, Alarm> alarms) {
    this.config = config;
    this.rules = new EndpointRules(config);
    this.key = VapidKey.read(config.key());
    this.tokens = new VapidTokens(key, config.subject(), clock);
    Path ca = config.ca();
    this.trust = ca == null ? null : TrustedAuthorities.withOwn(ca);
    this.clock = clock;
    this.alarms = alarms;
    this.unsent =
        Stream.of(Unsent.values())
            .collect(
                Collectors.toUnmodifiableMap(
                    Function.identity(),
                    reason ->
                        Meters.counter(
                            registry,
                            Metric.WEB_PUSHES_UNSENT,
                            reason.name().toLowerCase(Locale.ROOT))));
  }

  /**
   * Reads what the configuration names.
   *
   * @throws IllegalArgumentException that names the setting, where a file is not what it should be
   */
  public static WebPush open(WebPushConfig config, MeterRegistry registry, InstantSource clock) {
    return open(config, registry, clock, Alarm::of);
  }

  static WebPush open(
      WebPushConfig config,
      MeterRegistry registry,
      InstantSource clock,
      Function<Vertx, Alarm> alarms) {
    return new WebPush(config, registry, clock, alarms);
  }

  /** What endpoints may be. */
  public EndpointRules rules() {
    return rules;
  }

  /** What an app subscribes with ({@code applicationServerKey}): base64url of 65 bytes. */
  public String publicKey() {
    return key.publicKey();
  }

  /** A sender of the current event loop. */
  public PushSender sender(Vertx vertx) {
    return new WebPushSender(vertx, this, alarms.apply(vertx));
  }

  WebPushConfig config() {
    return config;
  }

  VapidTokens tokens() {
    return tokens;
  }

  @Nullable TrustOptions trust() {
    return trust;
  }

  InstantSource clock() {
    return clock;
  }

  /** Counts a push that was not sent. */
  void countUnsent(Unsent reason) {
    Counter counter = unsent.get(reason);
    if (counter != null) {
      counter.increment();
    }
  }
}
