package io.restante.deploy;

import static io.restante.deploy.Deployed.only;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.restante.ProgramFacts;
import io.restante.redis.HeldRedisLink;
import io.restante.redis.RedisConfig;
import io.restante.redis.RedisMetrics;
import io.restante.redis.RedisUrl;
import io.restante.testing.EventLoop;
import io.restante.testing.RedisProcess;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The Redis of the dev overlay: a real one with its settings is one that a gateway takes. */
final class DevRedisIT {
  private static final Path DEV = Layer.ROOT.resolve("overlays/dev");

  /** Where it listens and keeps its data is another matter here. */
  private static final Set<String> OF_THE_MACHINE = Set.of("dir", "bind", "port");

  private static Container container() {
    Deployed files = new Deployed(Manifests.read(Layer.text(DEV.resolve("redis.yaml"))));
    StatefulSet redis = files.named(StatefulSet.class, "restante-redis");
    return only(redis.getSpec().getTemplate().getSpec().getContainers());
  }

  private static RedisProcess withItsSettings() {
    RedisProcess process = new RedisProcess();
    Layer.text(DEV.resolve("redis.conf"))
        .lines()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .map(line -> line.split(" ", 2))
        .filter(pair -> !OF_THE_MACHINE.contains(pair[0]))
        .forEach(pair -> process.setting(pair[0], pair[1]));
    return process.start();
  }

  @Test
  void aGatewayWithTheDurabilityOfTheBaseTakesIt() {
    RedisConfig deployed =
        ProgramFacts.configuration(new Deployed(Layer.BASE_FILES.read()).gatewayEnvironment())
            .redis();
    try (RedisProcess process = withItsSettings();
        EventLoop loop = new EventLoop()) {
      RedisConfig config = deployed.at(RedisUrl.parse(process.url()));
      HeldRedisLink link =
          loop.await(() -> HeldRedisLink.open(loop.vertx(), config, RedisMetrics.none()));
      assertTrue(loop.call(link::isUsable));
      loop.await(link::close);
    }
  }

  @Test
  void itsDataFitsTwiceIntoItsContainer() {
    try (RedisProcess process = withItsSettings()) {
      List<?> reply = assertInstanceOf(List.class, process.command("CONFIG", "GET", "maxmemory"));
      double bytes = Double.parseDouble(reply.get(1).toString());
      double limit = Deployed.memory(container().getResources().getLimits()).doubleValue();
      assertTrue(bytes > 0 && 2 * bytes <= limit, bytes + " of " + limit);
    }
  }
}
