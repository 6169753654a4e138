package io.restante.faults;

import io.restante.testing.EventLoop;
import io.restante.testing.RedisProcess;
import io.restante.testing.TcpRelay.Way;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** The gateways and the Redis under them. */
public final class Stage implements AutoCloseable {
  /** The program that is put to the proof. */
  static final String JAR = System.getProperty("restante.jar", "");

  /** Options of a JVM that runs it as it is. */
  public static final List<String> HONEST = List.of("-cp", JAR);

  private static final int NOTICE_MS = 500;

  /** How long a gateway may need at most to meet that a connection has ended. */
  private static final long MEETS_NANOS_MAX = TimeUnit.SECONDS.toNanos(5);

  /** What passes between two looks counts for so much at most: the machine may stand still. */
  private static final long LOOK_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(200);

  private final Standstills standstills = new Standstills();
  private final Ground ground;
  private final Path logs;
  private final List<GatewayHost> gateways = new ArrayList<>();

  /**
   * Starts it all.
   *
   * @param jvmOptions of the gateways, among them the class path
   * @param logs the folder for what gateways log
   * @param more settings of the gateways
   */
  public Stage(
      Ground ground,
      int gatewayCount,
      List<String> jvmOptions,
      Path logs,
      Map<String, String> more) {
    this.ground = ground;
    this.logs = logs;
    standstills.watch(ground.nodes());
    try {
      Files.createDirectories(logs);
      for (int i = 0; i < gatewayCount; i++) {
        Files.deleteIfExists(log(i));
        gateways.add(new GatewayHost(jvmOptions, settings(i, more), log(i)));
      }
      gateways.forEach(GatewayHost::start);
      awaitReady();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private Map<String, String> settings(int gateway, Map<String, String> more) {
    Map<String, String> settings = new HashMap<>(ground.settings(gateway));
    settings.put("http.port", "0");
    settings.put("http.verticles", "2");
    settings.put("management.port", "0");
    settings.put("redis.reconnect-max-ms", "200");
    settings.put("redis.start-timeout-ms", "9000");
    settings.put("registration.mode", "open");
    settings.put("limits.enabled", "false");
    settings.put("log.level", "warn");
    settings.putAll(more);
    return settings;
  }

  /** What a gateway has logged on this stage, over all its restarts. */
  public Path log(int gateway) {
    return logs.resolve("gateway-" + gateway + ".log");
  }

  /** Under the gateways. */
  public Ground ground() {
    return ground;
  }

  /** The gateways. */
  public List<GatewayHost> gateways() {
    return List.copyOf(gateways);
  }

  /** Where to ask each gateway; these ports stay. */
  public List<Integer> ports() {
    return gateways.stream().map(GatewayHost::port).toList();
  }

  /** Everything that can go wrong. */
  public List<Fault> faults() {
    List<Fault> faults = new ArrayList<>(ground.faults());
    Collections.addAll(faults, this::gatewayKilled, this::clientsCutAtAByte);
    return faults;
  }

  /** SIGKILL of Redis or of a gateway at any byte. */
  public List<Fault> crashes() {
    return List.of(ground.crash(), ground.crash(), this::gatewayKilled, ground.crash());
  }

  private String gatewayKilled(Random random, Curtain curtain) {
    int number = random.nextInt(gateways.size());
    int bytes = Snare.bytes(random);
    GatewayHost gateway = gateways.get(number);
    if (!Snare.catches(gateway.relay(), Way.DOWN, bytes, gateway::kill)) {
      gateway.kill();
    }
    gateway.start();
    return "gateway " + number + " killed after byte " + bytes + " of its answers";
  }

  private String clientsCutAtAByte(Random random, Curtain curtain) {
    int number = random.nextInt(gateways.size());
    int bytes = Snare.bytes(random);
    Way way = random.nextBoolean() ? Way.UP : Way.DOWN;
    GatewayHost gateway = gateways.get(number);
    boolean cut = Snare.catches(gateway.relay(), way, bytes, gateway.relay()::cut);
    return "clients of gateway "
        + number
        + (cut ? " cut" : " not cut")
        + " after byte "
        + bytes
        + ' '
        + way;
  }

  /** Awaits that every gateway has noticed what befell it, and says that it is ready again. */
  public void awaitRecovered() {
    standstills.watch(ground.nodes());
    // For what shows nowhere, such as answers that are overdue.
    new Curtain().pause(NOTICE_MS);
    Set<Integer> ports = ground.ports();
    AtomicLong lookedNanos = new AtomicLong(System.nanoTime());
    AtomicLong patienceNanos = new AtomicLong(MEETS_NANOS_MAX);
    // Until it meets a connection that has ended, it takes itself to be ready. It is not waited for
    // without end: it may not be reading a client that was reset.
    EventLoop.until(
        "the gateways have met all ends",
        () -> {
          long now = System.nanoTime();
          long sinceNanos = now - lookedNanos.getAndSet(now);
          return patienceNanos.addAndGet(-Math.min(LOOK_NANOS_MAX, sinceNanos)) < 0
              || gateways.stream().allMatch(gateway -> gateway.hasMetEnds(ports));
        });
    awaitReady();
  }

  /** What stood still since this was last asked, whether or not a fault had it do so. */
  public List<Standstill> standstills() {
    return standstills.take();
  }

  private void awaitReady() {
    EventLoop.until(
        "the gateways are ready", () -> gateways.stream().allMatch(GatewayHost::isReady));
  }

  /**
   * Mends all ways, and awaits that the gateways are ready and answer nobody any more, and that
   * Redis has done what they gave up.
   */
  public void calm() {
    ground.heal();
    awaitRecovered();
    EventLoop.until("the gateways are idle", () -> gateways.stream().allMatch(GatewayHost::isIdle));
    // What it had got before is done when it answers.
    ground.nodes().stream().filter(RedisProcess::isRunning).forEach(node -> node.ask("PING"));
  }

  @Override
  public void close() {
    standstills.close();
    gateways.forEach(GatewayHost::close);
    ground.close();
  }
}
