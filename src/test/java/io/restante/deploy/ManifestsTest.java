package io.restante.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.yaml.snakeyaml.error.YAMLException;

final class ManifestsTest {
  private static final String DEPLOYMENT =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata:
        name: one
      spec:
        replicas: 2
        template:
          spec:
            terminationGracePeriodSeconds: 30
            containers:
              - name: gateway
                env:
                  - name: A
                    value: "8080"
                resources:
                  limits:
                    memory: 1Gi
                readinessProbe:
                  httpGet:
                    path: /health/ready
                    port: management
                lifecycle:
                  preStop:
                    sleep:
                      seconds: 5
      """;

  @Test
  void whatIsRightIsRead() {
    Deployment read = (Deployment) Manifests.read(DEPLOYMENT).get(0);
    assertEquals(2, read.getSpec().getReplicas());
    assertEquals(30L, read.getSpec().getTemplate().getSpec().getTerminationGracePeriodSeconds());
  }

  @ParameterizedTest
  @CsvSource({
    "replicas:, replicass:",
    "terminationGracePeriodSeconds:, terminationGracePeriodSecond:",
    "readinessProbe:, readynessProbe:",
    "httpGet:, httpget:",
    "limits:, limit:",
    "preStop:, prestop:",
    "seconds:, secs:",
    "name: one, label: one",
  })
  void aMisspeltFieldIsRefusedByName(String right, String misspelt) {
    String yaml = DEPLOYMENT.replace(right, misspelt);
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> Manifests.read(yaml));
    String field = misspelt.substring(0, misspelt.indexOf(':'));
    assertTrue(
        String.valueOf(refusal.getMessage()).contains("\"" + field + "\""), refusal::getMessage);
  }

  @ParameterizedTest
  @CsvSource({
    "replicas: 2, replicas: two",
    "replicas: 2, 'replicas: \"2\"'",
    "'value: \"8080\"', value: 8080",
    "'value: \"8080\"', value: true",
    "path: /health/ready, path: [1]",
    "kind: Deployment, kind: Deploymnt",
    "apiVersion: apps/v1, apiVersion: apps/v1beta1",
  })
  void aValueOfAnotherTypeIsRefused(String right, String wrong) {
    String yaml = DEPLOYMENT.replace(right, wrong);
    assertNotEquals(DEPLOYMENT, yaml);
    assertThrows(IllegalArgumentException.class, () -> Manifests.read(yaml));
  }

  @Test
  void aFieldThatIsThereTwiceIsRefused() {
    String yaml = DEPLOYMENT.replace("replicas: 2", "replicas: 2\n  replicas: 3");
    assertThrows(YAMLException.class, () -> Manifests.read(yaml));
  }
}
