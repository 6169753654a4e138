package io.restante.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.vertx.core.Future;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RouteTableTest {
  private static final RouteTable TABLE =
      new RouteTable(
          List.of(
              route("GET", "/v2/keys"),
              route("PUT", "/v2/keys"),
              route("GET", "/v2/keys/signed"),
              route("GET", "/v2/keys/{destination}/{device}"),
              route("DELETE", "/v1/messages/{source}/{timestamp}"),
              route("DELETE", "/v1/messages/uuid/{guid}")));

  private static Route route(String method, String template) {
    return new Route(
        method, template, Access.OPEN, call -> Future.succeededFuture(Reply.noContent()));
  }

  @Test
  void plainSegmentWinsOverOneInBraces() {
    assertEquals(
        "/v1/messages/uuid/{guid}",
        TABLE.match("DELETE", "/v1/messages/uuid/7").route().template());
    assertEquals(
        "/v1/messages/{source}/{timestamp}",
        TABLE.match("DELETE", "/v1/messages/alice/7").route().template());
  }

  @Test
  void trailingSlashIsTheSamePath() {
    assertEquals(TABLE.match("GET", "/v2/keys").route(), TABLE.match("GET", "/v2/keys/").route());
    assertEquals(List.of("a", "*"), TABLE.match("GET", "/v2/keys/a/*/").params());
  }

  @Test
  void segmentsAreDecodedAndPlusStaysPlus() {
    assertEquals(List.of("+4930", "PNI:x"), TABLE.match("GET", "/v2/keys/+4930/PNI%3Ax").params());
  }

  @Test
  void unknownPathIs404AndUnknownMethodIs405ThatNamesTheOthers() {
    assertEquals(ErrorCode.NO_SUCH_ROUTE, refusal("GET", "/v9/keys").code());
    assertEquals(ErrorCode.NO_SUCH_ROUTE, refusal("GET", "/v2").code());
    assertEquals(ErrorCode.NO_SUCH_ROUTE, refusal("GET", "/v2/keys/a/1/more").code());
    GatewayException wrongMethod = refusal("PATCH", "/v2/keys");
    assertEquals(ErrorCode.METHOD_NOT_ALLOWED, wrongMethod.code());
    assertTrue(wrongMethod.detail().contains("GET, PUT"));
  }

  @Test
  void brokenPercentEncodingIs400() {
    assertEquals(ErrorCode.MALFORMED_ID, refusal("GET", "/v2/keys/%zz/1").code());
  }

  @Test
  void endlessPathIs404() {
    assertEquals(ErrorCode.NO_SUCH_ROUTE, refusal("GET", "/a".repeat(5_000)).code());
  }

  @Test
  void sameRouteTwiceIsAnError() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new RouteTable(List.of(route("GET", "/a/{b}"), route("GET", "/a/{c}"))));
  }

  private static GatewayException refusal(String method, String path) {
    return assertThrows(GatewayException.class, () -> TABLE.match(method, path));
  }
}
