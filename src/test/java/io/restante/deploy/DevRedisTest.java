package io.restante.deploy;

import static io.restante.deploy.Deployed.only;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.restante.redis.RedisUrl;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The Redis of the dev overlay: where it is reached, who reaches it, what it keeps. */
final class DevRedisTest {
  private static final Path DEV = Layer.ROOT.resolve("overlays/dev");
  private static final Pattern URL = Pattern.compile("redis://\\S+?/\\d+");
  private static final int MAJOR_MIN = 7;

  private Deployed dev = new Deployed(List.of());
  private StatefulSet redis = new StatefulSet();
  private PodTemplateSpec pod = new PodTemplateSpec();
  private Container container = new Container();

  private void read(Layer layer) {
    dev = new Deployed(layer.read());
    redis = dev.named(StatefulSet.class, "restante-redis");
    pod = redis.getSpec().getTemplate();
    container = only(pod.getSpec().getContainers());
  }

  @ParameterizedTest
  @EnumSource(names = {"DEV_FILES", "DEV"})
  void theDocumentedUrlIsItsAddress(Layer layer) {
    read(layer);
    List<String> urls =
        List.of(DEV.resolve("kustomization.yaml"), Path.of("docs/operations.md")).stream()
            .flatMap(file -> URL.matcher(Layer.text(file)).results())
            .map(MatchResult::group)
            .distinct()
            .toList();
    RedisUrl url = RedisUrl.parse(only(urls).replace("$password", "secret"));
    Service service = dev.named(Service.class, url.host());
    assertEquals(url.port(), only(service.getSpec().getPorts()).getPort());
    assertEquals(new IntOrString("redis"), only(service.getSpec().getPorts()).getTargetPort());
    ContainerPort port = only(container.getPorts());
    assertEquals("redis", port.getName());
    assertTrue(settings().contains("port " + port.getContainerPort()));
    assertEquals(service.getMetadata().getName(), redis.getSpec().getServiceName());
    assertEquals(labels(), service.getSpec().getSelector());
    assertEquals(labels(), redis.getSpec().getSelector().getMatchLabels());
  }

  @ParameterizedTest
  @EnumSource(names = {"DEV_FILES", "DEV"})
  void onlyGatewaysReachIt(Layer layer) {
    read(layer);
    NetworkPolicy policy = dev.named(NetworkPolicy.class, "restante-redis");
    assertEquals(labels(), policy.getSpec().getPodSelector().getMatchLabels());
    assertEquals(
        dev.gateway().getSpec().getSelector().getMatchLabels(),
        only(only(policy.getSpec().getIngress()).getFrom()).getPodSelector().getMatchLabels());
  }

  @ParameterizedTest
  @EnumSource(names = {"DEV_FILES", "DEV"})
  void itsPasswordComesFromTheSecretOfTheUrl(Layer layer) {
    read(layer);
    EnvVar password = only(container.getEnv());
    assertEquals("restante-redis", password.getValueFrom().getSecretKeyRef().getName());
    assertEquals(
        List.of("/etc/redis/redis.conf", "--requirepass", "$(" + password.getName() + ")"),
        container.getArgs());
    assertFalse(settings().contains("requirepass"));
    String keys = Layer.text(DEV.resolve("kustomization.yaml"));
    assertTrue(
        keys.contains(
            "--from-literal="
                + password.getValueFrom().getSecretKeyRef().getKey()
                + "=\"$password\""));
    assertTrue(keys.contains("--from-literal=urls="));
  }

  @ParameterizedTest
  @EnumSource(names = {"DEV_FILES", "DEV"})
  void itKeepsItsDataOnAVolumeOfItsOwn(Layer layer) {
    read(layer);
    PersistentVolumeClaim claim = only(redis.getSpec().getVolumeClaimTemplates());
    Map<String, String> mounts =
        container.getVolumeMounts().stream()
            .collect(Collectors.toMap(VolumeMount::getName, VolumeMount::getMountPath));
    String directory = mounts.getOrDefault(claim.getMetadata().getName(), "");
    assertTrue(settings().contains("dir " + directory + "\n"), directory);
    PodSpec spec = pod.getSpec();
    Volume config = only(spec.getVolumes());
    assertEquals("/etc/redis", mounts.get(config.getName()));
    assertEquals(
        Layer.text(DEV.resolve("redis.conf")),
        dev.named(ConfigMap.class, config.getConfigMap().getName()).getData().get("redis.conf"));
  }

  @ParameterizedTest
  @EnumSource(names = {"DEV_FILES", "DEV"})
  void itIsNewEnough(Layer layer) {
    read(layer);
    String major = container.getImage().replaceFirst("^redis:(\\d+)\\..*$", "$1");
    assertTrue(Integer.parseInt(major) >= MAJOR_MIN, container.getImage());
  }

  private String settings() {
    return Layer.text(DEV.resolve("redis.conf"));
  }

  private Map<String, String> labels() {
    return Map.of("app.kubernetes.io/name", "restante", "app.kubernetes.io/component", "redis");
  }
}
