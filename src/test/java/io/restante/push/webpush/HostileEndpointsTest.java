package io.restante.push.webpush;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.restante.push.PushOutcome;
import io.restante.push.PushOutcome.Refused;
import io.vertx.core.net.NetServer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Endpoints by which somebody would have the gateway talk to its own network. Each is handed to the
 * sender as if it were stored, whether a {@code PUT} would take it or not: nothing is connected to.
 */
class HostileEndpointsTest {
  /** In a URL the port at which something listens on loopback. */
  private static final String PORT = "{port}";

  private static final AtomicInteger ARRIVED = new AtomicInteger();

  @TempDir private static Path folder = Path.of(".");

  @SuppressWarnings("NullAway.Init") // By start().
  private static PushBed bed;

  private static int port;

  @BeforeAll
  static void start() {
    bed = new PushBed(folder, "push.test");
    NetServer server =
        bed.servers.await(
            () ->
                bed.servers
                    .vertx()
                    .createNetServer()
                    .connectHandler(
                        socket -> {
                          ARRIVED.incrementAndGet();
                          socket.close();
                        })
                    .listen(0, "0.0.0.0"));
    port = server.actualPort();
  }

  @AfterAll
  static void end() {
    bed.close();
  }

  @BeforeEach
  void reset() {
    ARRIVED.set(0);
    bed.open(port, true, "allowed.test", "127.0.0.2/32", "short");
    bed.dns.answer(HostileEndpointsTest::zone);
  }

  /** A name tells its addresses: {@code 7f000001.ip.test} is 127.0.0.1, and a dash is one more. */
  private static Optional<List<byte[]>> zone(String name) {
    return switch (name) {
      case "allowed.test", "push.test.", "xn--e1afmkfd.test" -> known("7f000001");
      // What the resolver of a gateway would make of a short name.
      case "short.inside.test", "redis.inside.test", "a.b.inside.test" -> known("7f000001");
      default ->
          name.endsWith(".ip.test")
              ? known(name.substring(0, name.length() - ".ip.test".length()))
              : Optional.empty();
    };
  }

  private static Optional<List<byte[]>> known(String hex) {
    return Optional.of(Arrays.stream(hex.split("-", -1)).map(HexFormat.of()::parseHex).toList());
  }

  /** The URL of a name that has these addresses. */
  private static String at(String... addresses) {
    List<String> hex = Arrays.stream(addresses).map(HostileEndpointsTest::hex).toList();
    return "https://" + String.join("-", hex) + ".ip.test:" + PORT + "/push";
  }

  private static String hex(String address) {
    byte[] bytes = IpLiteral.parse(address).orElseThrow().getAddress();
    // As a record of IPv6 says it.
    String mapped = address.startsWith("::ffff:") ? "0".repeat(20) + "ffff" : "";
    return mapped + HexFormat.of().formatHex(bytes);
  }

  /** A name of IPv6 alone is none where nobody asks for such addresses. */
  private static boolean isAskedFor(String text) {
    return !text.matches("https://[0-9a-f]{32}[.].*") || PushBed.asksForIpv6();
  }

  private static String url(String text) {
    return text.replace(PORT, Integer.toString(port));
  }

  /** Refused when it is sent to: what its name is. */
  static Stream<String> toldByTheirAddress() {
    return Stream.of(
        at("127.0.0.1"),
        at("127.1.2.3"),
        at("0.0.0.0"),
        at("10.0.0.1"),
        at("172.16.0.1"),
        at("192.168.1.1"),
        at("100.64.0.1"),
        at("100.100.100.200"),
        at("169.254.169.254"),
        at("192.0.0.192"),
        at("192.0.2.1"),
        at("198.18.0.1"),
        at("198.51.100.1"),
        at("203.0.113.1"),
        at("224.0.0.1"),
        at("240.0.0.1"),
        at("255.255.255.255"),
        at("168.63.129.16"),
        at("::1"),
        at("::"),
        at("::127.0.0.1"),
        at("::ffff:127.0.0.1"),
        at("::ffff:169.254.169.254"),
        at("64:ff9b::127.0.0.1"),
        at("64:ff9b::a00:1"),
        at("64:ff9b:1::127.0.0.1"),
        at("2002:7f00:1::1"),
        at("2002:a00:1::1"),
        at("2001:0:7f00:1::1"),
        at("2001:db8::1"),
        at("fc00::1"),
        at("fd00:ec2::254"),
        at("fe80::1"),
        at("ff02::1"),
        // One of several is enough, wherever it stands.
        at("127.0.0.2", "127.0.0.1"),
        at("127.0.0.1", "127.0.0.2"),
        at("127.0.0.2", "127.0.0.2", "10.0.0.1"),
        // An allowed address beside the name of another.
        at("127.0.0.3"),
        "https://xn--e1afmkfd.test:{port}/",
        "https://XN--E1AFMKFD.TEST:{port}/",
        // In the hosts file of the machine.
        "https://hosts.test:{port}/");
  }

  private static void assertNothingWasConnected(PushOutcome outcome, String reason) {
    assertEquals(List.of(), bed.transport.dialled());
    assertEquals(0, ARRIVED.get());
    assertEquals(new Refused(reason + " not allowed"), outcome);
    assertEquals(1, bed.unsent(reason));
    bed.untilIdle();
  }

  @ParameterizedTest
  @MethodSource("io.restante.push.webpush.HostileUrls#all")
  void whatIsNoPlainUrlIsRefusedWhenItIsToldAndWhenItIsSentTo(HostileUrls.Url told) {
    String url = url(told.text());
    GatewayException refused =
        assertThrows(GatewayException.class, () -> bed.shared().rules().parse(url));
    assertEquals(ErrorCode.INVALID_FIELD, refused.code());
    assertTrue(refused.detail().startsWith("endpoint: "), refused.detail());
    assertTrue(refused.detail().contains(told.given() + " (expected: "), refused.detail());
    assertNothingWasConnected(bed.push(url), "endpoint");
    assertEquals(List.of(), bed.dns.asked());
  }

  @ParameterizedTest
  @MethodSource("toldByTheirAddress")
  void whatIsNotPublicIsTakenUnseenAndNeverConnectedTo(String text) {
    assumeTrue(isAskedFor(text));
    String url = url(text);
    assertDoesNotThrow(() -> bed.shared().rules().parse(url));
    assertEquals(List.of(), bed.dns.asked());
    assertNothingWasConnected(bed.push(url), "address");
  }

  @Test
  void aNameIsNeverLookedForInTheGatewaysOwnDomain() {
    assertThrows(RuntimeException.class, () -> bed.push(url("https://a.b:{port}/")));
    assertEquals(List.of("a.b"), bed.dns.asked().stream().distinct().toList());
    assertEquals(List.of(), bed.transport.dialled());
    assertEquals(1, bed.unsent("unresolved"));
  }

  @Test
  void aNameThatIsUnknownFailsWithoutItsNameInTheError() {
    RuntimeException e =
        assertThrows(
            RuntimeException.class, () -> bed.push(url("https://secret-name.test:{port}/")));
    assertEquals("no such host", e.getMessage());
    assertEquals(List.of(), bed.transport.dialled());
    bed.untilIdle();
  }

  /** What all of the above would have reached. */
  @ParameterizedTest
  @MethodSource("allowed")
  void whatTheOperatorAllowsIsConnectedTo(String text, String address) {
    assumeTrue(isAskedFor(text));
    // It is no push server and hangs up.
    assertThrows(RuntimeException.class, () -> bed.push(url(text)));
    assertEquals(List.of(address), bed.transport.dialled());
    assertEquals(1, ARRIVED.get());
    bed.untilIdle();
  }

  static Stream<Arguments> allowed() {
    return Stream.of(
        Arguments.of("https://allowed.test:{port}/", "127.0.0.1"),
        Arguments.of("https://ALLOWED.test:{port}/a?b=c", "127.0.0.1"),
        Arguments.of("https://127.0.0.2:{port}/", "127.0.0.2"),
        Arguments.of("https://short:{port}/", "127.0.0.1"),
        Arguments.of(at("127.0.0.2"), "127.0.0.2"),
        Arguments.of(at("127.0.0.2", "127.0.0.2"), "127.0.0.2"),
        Arguments.of(at("::ffff:127.0.0.2"), "127.0.0.2"));
  }

  @Test
  void aNameThatIsAnotherAddressAtEachLookUpIsConnectedToWhereItWasJudged() {
    AtomicInteger look = new AtomicInteger();
    bed.dns.answer(name -> known(look.getAndIncrement() == 0 ? "7f000002" : "7f000001"));
    assertThrows(RuntimeException.class, () -> bed.push(url("https://rebound.test:{port}/")));
    assertEquals(List.of("127.0.0.2"), bed.transport.dialled());
    assertEquals(List.of("rebound.test"), bed.dns.asked());
    assertEquals(1, ARRIVED.get());
    assertEquals(new Refused("address not allowed"), bed.push(url("https://rebound.test:{port}/")));
    assertEquals(List.of("127.0.0.2"), bed.transport.dialled());
    assertEquals(1, ARRIVED.get());
  }
}
