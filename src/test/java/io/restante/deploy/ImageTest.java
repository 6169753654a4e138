package io.restante.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.restante.Main;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

/** The image that {@code pom.xml} describes is the one that {@code k8s/} runs. */
final class ImageTest {
  private static final String JIB = "//plugin[artifactId='jib-maven-plugin']";
  private static final String CONTAINER = JIB + "/configuration/container";

  private final Document pom = pom();
  private final XPath path = XPathFactory.newInstance().newXPath();

  private static Document pom() {
    try {
      return DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(Path.of("pom.xml").toFile());
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private List<String> texts(String expression) throws Exception {
    NodeList nodes = (NodeList) path.evaluate(expression, pom, XPathConstants.NODESET);
    return IntStream.range(0, nodes.getLength())
        .mapToObj(i -> nodes.item(i).getTextContent())
        .toList();
  }

  @Test
  void noPhaseOfTheBuildMakesIt() throws Exception {
    assertEquals(1, texts(JIB).size());
    assertEquals(List.of(), texts(JIB + "/executions"));
  }

  @Test
  void itRunsTheServerAsTheUserOfThePod() throws Exception {
    PodSecurityContext pod =
        new Deployed(Layer.BASE_FILES.read()).gatewayPod().getSecurityContext();
    assertEquals(
        List.of(pod.getRunAsUser() + ":" + pod.getRunAsGroup()), texts(CONTAINER + "/user"));
    assertEquals(List.of(Main.class.getName()), texts(CONTAINER + "/mainClass"));
    assertEquals(List.of("serve"), texts(CONTAINER + "/args/arg"));
  }

  @Test
  void itShowsThePortsOfThePod() throws Exception {
    List<String> ports =
        new Deployed(Layer.BASE_FILES.read())
            .gatewayContainer().getPorts().stream()
                .map(ContainerPort::getContainerPort)
                .map(String::valueOf)
                .toList();
    assertEquals(ports, texts(CONTAINER + "/ports/port"));
  }

  @Test
  void itsBaseIsAPropertyWithATag() throws Exception {
    assertEquals(List.of("${image.base}"), texts(JIB + "/configuration/from/image"));
    String base = texts("/project/properties/image.base").get(0);
    assertTrue(base.matches("\\S+/\\S+:\\S+"), base);
    assertFalse(base.endsWith(":latest"), base);
  }

  @Test
  void itsNameAndTagAreThoseOfThePod() throws Exception {
    String name = texts("/project/properties/image.name").get(0);
    String version = texts("/project/version").get(0);
    assertEquals(
        List.of("${image.name}:${project.version}"), texts(JIB + "/configuration/to/image"));
    assertEquals(
        name + ":" + version, new Deployed(Layer.BASE.read()).gatewayContainer().getImage());
  }
}
