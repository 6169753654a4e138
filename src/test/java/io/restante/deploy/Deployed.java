package io.restante.deploy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The objects of a {@link Layer}, by kind and name, and what the gateway's pod makes of them. */
record Deployed(List<HasMetadata> all) {
  /** A secret never has its real value here. */
  static final String SECRET_URL = "redis://:0123456789abcdef@restante-redis:6379/0";

  <T extends HasMetadata> T named(Class<T> type, String name) {
    return of(type).stream()
        .filter(object -> object.getMetadata().getName().equals(name))
        .findAny()
        .orElseThrow(() -> new AssertionError("no " + type.getSimpleName() + " " + name));
  }

  <T extends HasMetadata> List<T> of(Class<T> type) {
    return all.stream().filter(type::isInstance).map(type::cast).toList();
  }

  Deployment gateway() {
    return named(Deployment.class, "restante");
  }

  PodSpec gatewayPod() {
    return gateway().getSpec().getTemplate().getSpec();
  }

  Container gatewayContainer() {
    return only(gatewayPod().getContainers());
  }

  /** Settings that the gateway reads from its ConfigMap. */
  Map<String, String> gatewaySettings() {
    String name = only(gatewayContainer().getEnvFrom()).getConfigMapRef().getName();
    return named(ConfigMap.class, name).getData();
  }

  /** The environment of the gateway; where a secret stands, {@link #SECRET_URL} does. */
  Map<String, String> gatewayEnvironment() {
    Map<String, String> environment = new LinkedHashMap<>(gatewaySettings());
    for (EnvVar variable : gatewayContainer().getEnv()) {
      environment.put(
          variable.getName(), variable.getValue() == null ? SECRET_URL : variable.getValue());
    }
    return environment;
  }

  /** The flags that the gateway's JVM starts with. */
  String jvmFlags() {
    return gatewayEnvironment().getOrDefault("JAVA_TOOL_OPTIONS", "");
  }

  /** Bytes of memory in requests or limits. */
  static BigDecimal memory(Map<String, Quantity> resources) {
    Quantity memory = resources.get("memory");
    if (memory == null) {
      throw new AssertionError("no memory in " + resources);
    }
    return memory.getNumericalAmount();
  }

  static <T> T only(List<T> list) {
    if (list.size() != 1) {
      throw new AssertionError("not exactly one: " + list);
    }
    return list.get(0);
  }
}
