package io.restante.deploy;

import static io.restante.deploy.Deployed.only;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRule;
import io.restante.GatewayConfig;
import io.restante.ProgramFacts;
import io.restante.account.RegistrationConfig;
import io.restante.redis.RedisConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Ports, settings and times of the gateway in Kubernetes are those of the program. */
final class GatewayManifestTest {
  private static final int MILLIS = 1_000;

  private static GatewayConfig configuration(Deployed objects) {
    return ProgramFacts.configuration(objects.gatewayEnvironment());
  }

  private static Deployed objects(Layer layer) {
    return new Deployed(layer.read());
  }

  @Test
  void everyFileIsReadStrictly() {
    List<Path> files = Layer.plainFiles(Layer.ROOT);
    assertTrue(files.size() >= 5, files::toString);
    files.forEach(file -> assertFalse(Manifests.read(Layer.text(file)).isEmpty()));
  }

  @ParameterizedTest
  @EnumSource
  void theProgramTakesTheWholeEnvironment(Layer layer) {
    GatewayConfig config = configuration(objects(layer));
    assertEquals(RedisConfig.Mode.STANDALONE, config.redis().mode());
    assertEquals(Set.of(RedisConfig.Durability.FSYNC), config.redis().durability());
    // Every pod address, as neither clients nor probes come over loopback.
    assertEquals("0.0.0.0", config.http().host());
    assertEquals("0.0.0.0", config.management().host());
    assertNull(config.management().token());
    boolean toTryThingsOn = layer == Layer.DEV;
    assertEquals(
        toTryThingsOn ? RegistrationConfig.Mode.OPEN : RegistrationConfig.Mode.CLOSED,
        config.registration().mode());
  }

  @ParameterizedTest
  @EnumSource
  void whatMattersIsNamedAndNotLeftToADefault(Layer layer) {
    Set<String> named = objects(layer).gatewaySettings().keySet();
    assertTrue(
        named.containsAll(
            Set.of(
                "RESTANTE_HTTP_PORT",
                "RESTANTE_HTTP_DRAIN_MS",
                "RESTANTE_MANAGEMENT_PORT",
                "RESTANTE_REDIS_DURABILITY",
                "RESTANTE_REGISTRATION_MODE")),
        named::toString);
  }

  @ParameterizedTest
  @EnumSource
  void everyNameIsASettingAndSecretsComeFromASecret(Layer layer) {
    Deployed objects = objects(layer);
    objects
        .gatewaySettings()
        .keySet()
        .forEach(name -> assertEquals(Optional.of(false), ProgramFacts.isSecret(name), name));
    for (EnvVar variable : objects.gatewayContainer().getEnv()) {
      String name = variable.getName();
      if (variable.getValue() != null) {
        assertTrue(
            name.equals("JAVA_TOOL_OPTIONS")
                || ProgramFacts.isSecret(name).equals(Optional.of(false)),
            name);
      } else {
        assertEquals(Optional.of(true), ProgramFacts.isSecret(name), name);
        assertEquals("restante-redis", variable.getValueFrom().getSecretKeyRef().getName());
        assertNull(variable.getValueFrom().getSecretKeyRef().getOptional());
      }
    }
    // Kubernetes' own names of services would be refused as settings nobody knows.
    assertEquals(false, objects.gatewayPod().getEnableServiceLinks());
    assertEquals(
        List.of(), objects.all().stream().filter(one -> one.getKind().equals("Secret")).toList());
  }

  @ParameterizedTest
  @EnumSource
  void portsAreTheConfiguredOnes(Layer layer) {
    Deployed objects = objects(layer);
    GatewayConfig config = configuration(objects);
    Map<String, Integer> ports =
        objects.gatewayContainer().getPorts().stream()
            .collect(Collectors.toMap(ContainerPort::getName, ContainerPort::getContainerPort));
    assertEquals(
        Map.of("http", config.http().port(), "management", config.management().port()), ports);
  }

  @ParameterizedTest
  @EnumSource
  void thePublicServiceHasNoManagementPort(Layer layer) {
    Deployed objects = objects(layer);
    List<ServicePort> open = objects.named(Service.class, "restante").getSpec().getPorts();
    assertEquals(new IntOrString("http"), only(open).getTargetPort());
    Service management = objects.named(Service.class, "restante-management");
    assertEquals(
        new IntOrString("management"), only(management.getSpec().getPorts()).getTargetPort());
    // One address for each gateway, also of those that are not ready: their metrics matter most.
    assertEquals("None", management.getSpec().getClusterIP());
    assertEquals(true, management.getSpec().getPublishNotReadyAddresses());
    objects
        .of(Service.class)
        .forEach(service -> assertNull(service.getSpec().getType(), "reachable from outside"));
  }

  @ParameterizedTest
  @EnumSource
  void onlyTheMonitoringReachesTheManagementPort(Layer layer) {
    NetworkPolicy policy = objects(layer).named(NetworkPolicy.class, "restante");
    assertEquals(List.of("Ingress"), policy.getSpec().getPolicyTypes());
    for (NetworkPolicyIngressRule rule : policy.getSpec().getIngress()) {
      boolean everybody = rule.getFrom().isEmpty();
      assertEquals(
          new IntOrString(everybody ? "http" : "management"), only(rule.getPorts()).getPort());
    }
    assertEquals(2, policy.getSpec().getIngress().size());
  }

  @ParameterizedTest
  @EnumSource
  void theGraceTimeIsLongerThanAllThatHappensInIt(Layer layer) {
    Deployed objects = objects(layer);
    int stopMs = ProgramFacts.stopSecondsMax() * MILLIS;
    assertTrue(configuration(objects).http().drainMs() < stopMs);
    long pauseS = objects.gatewayContainer().getLifecycle().getPreStop().getSleep().getSeconds();
    assertTrue(pauseS >= 3, "too short for every proxy to hear of it");
    long graceMs = objects.gatewayPod().getTerminationGracePeriodSeconds() * MILLIS;
    long marginMs = 5_000;
    assertTrue(graceMs >= pauseS * MILLIS + stopMs + marginMs, "grace " + graceMs);
  }

  @ParameterizedTest
  @EnumSource
  void aSlowStartIsNotTakenForADeadGateway(Layer layer) {
    Probe startup = objects(layer).gatewayContainer().getStartupProbe();
    int allowedS = startup.getPeriodSeconds() * startup.getFailureThreshold();
    assertTrue(allowedS > 2 * ProgramFacts.startSecondsMax(), "allowed " + allowedS);
  }
}
