package io.restante.prove;

import io.restante.testing.EventLoop;
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

/** The gateways and the Redis under them. */
final class Stage implements AutoCloseable {
  private static final Path LOGS = Path.of("target", "prove");

  private final Ground ground;
  private final List<GatewayHost> gateways = new ArrayList<>();

  /**
   * Starts it all.
   *
   * @param jvmOptions of the gateways, among them the class path
   */
  Stage(Ground ground, int gatewayCount, List<String> jvmOptions) {
    this.ground = ground;
    try {
      Files.createDirectories(LOGS);
      for (int i = 0; i < gatewayCount; i++) {
        Path log = LOGS.resolve("gateway-" + i + ".log");
        Files.deleteIfExists(log);
        gateways.add(new GatewayHost(jvmOptions, settings(i), log));
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

  private Map<String, String> settings(int gateway) {
    Map<String, String> settings = new HashMap<>(ground.settings(gateway));
    settings.put("account.credential-cache-ms", "2000");
    settings.put("http.port", "0");
    settings.put("http.verticles", "2");
    settings.put("management.port", "0");
    settings.put("redis.reconnect-max-ms", "200");
    settings.put("redis.start-timeout-ms", "9000");
    // What is skipped where a loss is feared would hide a key that was handed out twice.
    settings.put("redis.loss-skip", "0");
    settings.put("registration.mode", "open");
    settings.put("limits.enabled", "false");
    settings.put("log.level", "warn");
    return settings;
  }

  /** Where to ask each gateway; these ports stay. */
  List<Integer> ports() {
    return gateways.stream().map(GatewayHost::port).toList();
  }

  /** Everything that can go wrong. */
  List<Fault> faults() {
    List<Fault> faults = new ArrayList<>(ground.faults());
    Collections.addAll(faults, this::gatewayKilled, this::clientsCutAtAByte);
    return faults;
  }

  /** SIGKILL of Redis or of a gateway at any byte. */
  List<Fault> crashes() {
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

  /** Awaits that every gateway says that it is ready. */
  void awaitReady() {
    EventLoop.until(
        "the gateways are ready", () -> gateways.stream().allMatch(GatewayHost::isReady));
  }

  /** Mends all ways, and awaits that the gateways are ready and answer nobody any more. */
  void calm() {
    ground.heal();
    awaitReady();
    EventLoop.until("the gateways are idle", () -> gateways.stream().allMatch(GatewayHost::isIdle));
  }

  @Override
  public void close() {
    gateways.forEach(GatewayHost::close);
    ground.close();
  }
}
