package io.restante.deploy;

import static io.restante.deploy.Deployed.only;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.restante.testing.RedisProcess;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The Redis of the dev overlay fits into its container. */
final class DevRedisIT {
  private static Container container() {
    String yaml = Layer.text(Layer.ROOT.resolve("overlays/dev/redis.yaml"));
    StatefulSet redis =
        new Deployed(Manifests.read(yaml)).named(StatefulSet.class, "restante-redis");
    return only(redis.getSpec().getTemplate().getSpec().getContainers());
  }

  @Test
  void itsDataFitsTwiceIntoItsContainer() {
    try (RedisProcess process = DevRedis.start()) {
      List<?> reply = assertInstanceOf(List.class, process.command("CONFIG", "GET", "maxmemory"));
      double bytes = Double.parseDouble(reply.get(1).toString());
      double limit = Deployed.memory(container().getResources().getLimits()).doubleValue();
      assertTrue(bytes > 0 && 2 * bytes <= limit, bytes + " of " + limit);
    }
  }
}
