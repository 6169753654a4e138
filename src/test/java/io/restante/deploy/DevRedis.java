package io.restante.deploy;

import io.restante.testing.RedisProcess;
import java.util.Set;

/** A real Redis with the settings of the dev overlay's. */
final class DevRedis {
  /** Where it listens and keeps its data is another matter here. */
  private static final Set<String> OF_THE_MACHINE = Set.of("dir", "bind", "port");

  private DevRedis() {}

  static RedisProcess start() {
    RedisProcess process = new RedisProcess();
    Layer.text(Layer.ROOT.resolve("overlays/dev/redis.conf"))
        .lines()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .map(line -> line.split(" ", 2))
        .filter(pair -> !OF_THE_MACHINE.contains(pair[0]))
        .forEach(pair -> process.setting(pair[0], pair[1]));
    return process.start();
  }
}
