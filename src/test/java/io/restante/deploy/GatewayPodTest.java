package io.restante.deploy;

import static io.restante.deploy.Deployed.only;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentSpec;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How pods are placed, replaced, confined and sized. */
final class GatewayPodTest {
  private static final List<String> LIMITED = List.of("cpu", "memory");
  private static final Pattern HEAP = Pattern.compile("-XX:MaxRAMPercentage=(\\d+)");
  private static final Pattern DIRECT = Pattern.compile("-XX:MaxDirectMemorySize=(\\d+)m");
  private static final double MIB = 1024.0 * 1024.0;

  /** For classes, code, threads and the collector. */
  private static final double REST_OF_MEMORY_MIN = 0.2;

  private static Deployed objects(Layer layer) {
    return new Deployed(layer.read());
  }

  @ParameterizedTest
  @EnumSource
  void aRolloutTakesOneGatewayAtATimeAndNeverHasFewer(Layer layer) {
    Deployed objects = objects(layer);
    DeploymentSpec spec = objects.gateway().getSpec();
    assertEquals("RollingUpdate", spec.getStrategy().getType());
    assertEquals(new IntOrString(0), spec.getStrategy().getRollingUpdate().getMaxUnavailable());
    assertEquals(new IntOrString(1), spec.getStrategy().getRollingUpdate().getMaxSurge());
    assertTrue(spec.getMinReadySeconds() > 0);
    PodDisruptionBudget budget = objects.named(PodDisruptionBudget.class, "restante");
    assertEquals(new IntOrString(1), budget.getSpec().getMaxUnavailable());
  }

  @ParameterizedTest
  @EnumSource
  void everySelectorFindsItsPods(Layer layer) {
    Deployed objects = objects(layer);
    Map<String, String> gateway =
        objects.gateway().getSpec().getTemplate().getMetadata().getLabels();
    Map<String, String> gatewaySelector =
        objects.gateway().getSpec().getSelector().getMatchLabels();
    assertTrue(gateway.entrySet().containsAll(gatewaySelector.entrySet()));
    List<Map<String, String>> selectors = new ArrayList<>();
    for (TopologySpreadConstraint spread : objects.gatewayPod().getTopologySpreadConstraints()) {
      selectors.add(spread.getLabelSelector().getMatchLabels());
    }
    objects
        .of(PodDisruptionBudget.class)
        .forEach(budget -> selectors.add(budget.getSpec().getSelector().getMatchLabels()));
    for (String name : List.of("restante", "restante-management")) {
      selectors.add(objects.named(Service.class, name).getSpec().getSelector());
    }
    LabelSelector policy =
        objects.named(NetworkPolicy.class, "restante").getSpec().getPodSelector();
    selectors.add(policy.getMatchLabels());
    assertEquals(6, selectors.size());
    selectors.forEach(selector -> assertEquals(gatewaySelector, selector));
  }

  @ParameterizedTest
  @EnumSource
  void everyContainerIsConfined(Layer layer) {
    Deployed objects = objects(layer);
    List<PodTemplateSpec> pods = new ArrayList<>();
    objects.of(Deployment.class).forEach(one -> pods.add(one.getSpec().getTemplate()));
    objects.of(StatefulSet.class).forEach(one -> pods.add(one.getSpec().getTemplate()));
    for (PodTemplateSpec pod : pods) {
      PodSpec spec = pod.getSpec();
      assertEquals(false, spec.getAutomountServiceAccountToken());
      assertEquals(true, spec.getSecurityContext().getRunAsNonRoot());
      assertTrue(spec.getSecurityContext().getRunAsUser() > 0);
      assertTrue(spec.getSecurityContext().getRunAsGroup() > 0);
      assertEquals("RuntimeDefault", spec.getSecurityContext().getSeccompProfile().getType());
      for (Container container : spec.getContainers()) {
        SecurityContext context = container.getSecurityContext();
        assertEquals(true, context.getReadOnlyRootFilesystem());
        assertEquals(false, context.getAllowPrivilegeEscalation());
        assertEquals(List.of("ALL"), context.getCapabilities().getDrop());
        assertEquals(List.of(), context.getCapabilities().getAdd());
        assertTrue(container.getResources().getRequests().keySet().containsAll(LIMITED));
        assertTrue(container.getResources().getLimits().keySet().containsAll(LIMITED));
        assertTrue(container.getImage().matches("[^:]+:(?!latest)[^:]+") || isPlain(layer));
      }
    }
  }

  /** Before kustomize the image of the gateway has no tag yet. */
  private static boolean isPlain(Layer layer) {
    return layer == Layer.BASE_FILES || layer == Layer.DEV_FILES;
  }

  @ParameterizedTest
  @EnumSource
  void theMemoryOfTheJvmFitsIntoTheLimit(Layer layer) {
    ResourceRequirements resources = objects(layer).gatewayContainer().getResources();
    BigDecimal bytes = Deployed.memory(resources.getLimits());
    // What is not requested may be taken away.
    assertEquals(bytes, Deployed.memory(resources.getRequests()));
    String flags = objects(layer).jvmFlags();
    double heap = number(HEAP, flags) / 100.0;
    double direct = number(DIRECT, flags) * MIB / bytes.doubleValue();
    assertTrue(heap + direct <= 1 - REST_OF_MEMORY_MIN, heap + " and " + direct);
  }

  @ParameterizedTest
  @EnumSource
  void theJvmKnowsItsFlags(Layer layer) throws Exception {
    String flags = objects(layer).jvmFlags();
    ProcessBuilder java =
        new ProcessBuilder(System.getProperty("java.home") + "/bin/java", "-version");
    java.environment().put("JAVA_TOOL_OPTIONS", flags);
    Process process = java.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, process.waitFor(), output);
  }

  @ParameterizedTest
  @EnumSource
  void theOnlyPlaceToWriteIsTheTemporaryDirectory(Layer layer) {
    Deployed objects = objects(layer);
    assertEquals("/tmp", only(objects.gatewayContainer().getVolumeMounts()).getMountPath());
    assertEquals(
        new Quantity("64Mi"), only(objects.gatewayPod().getVolumes()).getEmptyDir().getSizeLimit());
  }

  private static long number(Pattern pattern, String flags) {
    Matcher found = pattern.matcher(flags);
    assertTrue(found.find(), pattern + " in " + flags);
    return Long.parseLong(found.group(1));
  }
}
