package io.restante.edge;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.vertx.core.buffer.Buffer;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonFieldsTest {
  private static JsonFields json(String text) {
    return JsonFields.parse(Buffer.buffer(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[]", "null", "7", "\"x\"", "{} {", "\u0000"})
  void whatIsNotAnObjectIs400(String body) {
    GatewayException refusal = assertThrows(GatewayException.class, () -> json(body));
    assertEquals(ErrorCode.MALFORMED_JSON, refusal.code());
  }

  @Test
  void deepNestingIs400() {
    String deep = "{\"a\":".repeat(5_000) + "1" + "}".repeat(5_000);
    GatewayException refusal = assertThrows(GatewayException.class, () -> json(deep));
    assertEquals(ErrorCode.MALFORMED_JSON, refusal.code());
  }

  @Test
  void whatIsOverALimitOfTheParserIsNamedByLengthAndNotByValue() {
    assertEquals(
        "body: number value length of 1200 (expected: at most 1000)",
        overLimit("{\"a\":" + "7".repeat(1_200) + "}"));
    String name = overLimit("{\"" + "n".repeat(60_000) + "\":1}");
    assertTrue(name.startsWith("body: name") && name.contains("50000"), name);
    assertFalse(name.contains("nn"), name);
    assertEquals(
        "body: document nesting depth of 1001 (expected: at most 1000)",
        overLimit("{\"a\":" + "[".repeat(2_000) + "]".repeat(2_000) + "}"));
    assertEquals("body of 5 bytes (expected: JSON)", overLimit("{\"a\":"));
  }

  private static String overLimit(String body) {
    GatewayException refusal = assertThrows(GatewayException.class, () -> json(body));
    assertEquals(ErrorCode.MALFORMED_JSON, refusal.code());
    return refusal.detail();
  }

  @Test
  void numberIsTakenAtItsLimitsAndRefusedBeyond() {
    assertEquals(1, json("{\"n\":1}").integer("n", 1, 3));
    assertEquals(3, json("{\"n\":3}").integer("n", 1, 3));
    for (String wrong : new String[] {"0", "4", "-1", "1.0", "\"1\"", "true", "[]", "1e2"}) {
      refused("{\"n\":" + wrong + "}", fields -> fields.integer("n", 1, 3), "n");
    }
    refused("{\"n\":99999999999999999999999}", fields -> fields.integer("n", 1, 3), "n");
    refused("{}", fields -> fields.integer("n", 1, 3), "absent");
    refused("{\"n\":null}", fields -> fields.integer("n", 1, 3), "absent");
  }

  @Test
  void bytesAreTakenPaddedOrNot() {
    byte[] bytes = {1, 2, 3, 4};
    String padded = Base64.getEncoder().encodeToString(bytes);
    String bare = Base64.getEncoder().withoutPadding().encodeToString(bytes);
    assertArrayEquals(bytes, json("{\"b\":\"" + padded + "\"}").bytes("b", 4, 4));
    assertArrayEquals(bytes, json("{\"b\":\"" + bare + "\"}").bytes("b", 4, 4));
    refused("{\"b\":\"" + bare + "\"}", fields -> fields.bytes("b", 5, 5), "4 bytes");
    refused("{\"b\":\"****\"}", fields -> fields.bytes("b", 1, 9), "base64");
    refused("{\"b\":7}", fields -> fields.bytes("b", 1, 9), "a number");
  }

  @Test
  void errorNamesTheWholePathAndNeverTheValue() {
    JsonFields item = json("{\"keys\":[{},{\"secret\":\"hunter2\"}]}").objects("keys", 2).get(1);
    GatewayException refusal =
        assertThrows(GatewayException.class, () -> item.integer("secret", 0, 1));
    assertTrue(refusal.detail().startsWith("keys[1].secret: "), refusal.detail());
    assertFalse(refusal.detail().contains("hunter2"));
  }

  @Test
  void listIsTakenAtItsLimitAndRefusedBeyond() {
    assertEquals(2, json("{\"l\":[{},{}]}").objects("l", 2).size());
    assertEquals(0, json("{}").objects("l", 2).size());
    refused("{\"l\":[{},{},{}]}", fields -> fields.objects("l", 2), "3 items");
    refused("{\"l\":[{},7]}", fields -> fields.objects("l", 2), "l[1]");
    refused("{\"l\":{}}", fields -> fields.objects("l", 2), "an object");
  }

  @Test
  void absentOptionalFieldsAreEmpty() {
    JsonFields fields = json("{\"t\":null,\"unknown\":{}}");
    assertEquals(Optional.empty(), fields.optionalText("t", 5));
    assertEquals(Optional.empty(), fields.optionalObject("o"));
    assertTrue(fields.flag("f", true));
    refused("{\"t\":\"123456\"}", given -> given.optionalText("t", 5), "6 characters");
    refused("{\"f\":1}", given -> given.flag("f", true), "a number");
  }

  private static void refused(String body, Consumer<JsonFields> read, String detail) {
    JsonFields fields = json(body);
    GatewayException refusal = assertThrows(GatewayException.class, () -> read.accept(fields));
    assertEquals(ErrorCode.INVALID_FIELD, refusal.code());
    assertTrue(refusal.detail().contains(detail), refusal.detail());
  }
}
