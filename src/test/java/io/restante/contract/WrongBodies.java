package io.restante.contract;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Bodies that a route must refuse, made from one that it takes: each field in turn gets every value
 * that is wrong for its type, and is left out and null where it is required.
 */
final class WrongBodies {
  /** Stands in each wrong value that can hold it. Letters only: it may be base64 as well. */
  static final String MARKER = "hostileMARKERhostile";

  private static final String TEXT = '"' + MARKER + '"';
  private static final String RAW = "@raw@";
  private static final List<String> NUMBERS =
      List.of(
          TEXT,
          "\"1\"",
          "true",
          "[]",
          "{}",
          '[' + TEXT + ']',
          "-1",
          "1.5",
          "1e300",
          "-1e-300",
          "9223372036854775808",
          "18446744073709551616",
          "-9223372036854775809",
          "NaN",
          "9".repeat(400),
          "9".repeat(2000),
          "1e99999");
  private static final List<String> FLAGS = List.of(TEXT, "\"true\"", "0", "1", "[]", "{}");
  private static final List<String> TEXTS =
      List.of(
          "1",
          "true",
          "[]",
          "{}",
          '[' + TEXT + ']',
          '"' + MARKER.repeat(500) + '"',
          "{\"" + MARKER + "\":1}");
  private static final List<String> BASE64 =
      List.of(
          "1",
          "true",
          "[]",
          "{}",
          '[' + TEXT + ']',
          "\"\"",
          "\"A\"",
          "\"-_-_-_-_\"",
          '"' + MARKER + "!\"",
          '"' + MARKER + "\\u0000\"",
          "\"=" + MARKER + '"');
  private static final List<String> OBJECTS =
      List.of(TEXT, "1", "true", "[]", '[' + TEXT + ']', "[{}]");
  private static final List<String> LISTS =
      List.of(TEXT, "1", "true", "{}", '[' + TEXT + ']', "[null]", "[1]", "[[]]", "[{}]");

  private static final Set<String> OF_ANY_SIZE = Set.of("content", "body", "data");
  private static final Set<String> KEYS =
      Set.of("publicKey", "identityKey", "aciIdentityKey", "pniIdentityKey");
  private static final Set<String> OTHER_BASE64 =
      Set.of("signature", "digest", "unidentifiedAccessKey", "signalingKey");

  /** What is wrong for the type and right all the same: some clients send tokens as objects. */
  private static final Set<String> TAKEN =
      Set.of("apnToken {}", "gcmToken {}", "apnToken of marker", "gcmToken of marker");

  private static final Map<String, List<String>> BOUNDS =
      Map.of(
          "keyId", List.of("16777216"),
          "destinationDeviceId", List.of("0", "128", "2147483648", "4294967297"),
          "destinationRegistrationId", List.of("2147483648", "4294967297"),
          "type", List.of("0", "2", "5", "9", "256", "4294967297"),
          "registrationId", List.of("0", "16384", "4294967297"),
          "pniRegistrationId", List.of("0", "16384"),
          "identityType", List.of(TEXT, "\"\"", "\"acipni\""),
          "transport", List.of(TEXT, "\"\""),
          "number", List.of("\"\"", "\"1\"", '"' + MARKER + "!\"", '"' + "1".repeat(65) + '"'),
          "version", List.of("\"\""));

  private final JsonObject valid;
  private final Set<String> required;
  private final Map<String, String> wrong = new TreeMap<>();

  private WrongBodies(BodyRoute route) {
    this.valid = route.body();
    this.required = route.required();
  }

  /** What is wrong, to the body. */
  static Map<String, String> of(BodyRoute route) {
    WrongBodies bodies = new WrongBodies(route);
    bodies.fields(route.body(), List.of());
    bodies.wholes();
    return bodies.wrong;
  }

  private void fields(JsonObject object, List<Object> path) {
    for (String name : object.fieldNames()) {
      field(plus(path, name), name, object.getValue(name));
    }
  }

  private void field(List<Object> path, String name, Object value) {
    for (String bound : BOUNDS.getOrDefault(name, List.of())) {
      put(path, bound);
    }
    if (required.contains(text(path))) {
      put(path, "null");
      wrong.put(text(path) + " absent", without(path));
    }
    if (value instanceof Number) {
      NUMBERS.forEach(raw -> put(path, raw));
    } else if (value instanceof Boolean) {
      FLAGS.forEach(raw -> put(path, raw));
    } else if (value instanceof String text) {
      texts(path, name, text);
    } else if (value instanceof JsonObject object) {
      OBJECTS.forEach(raw -> put(path, raw));
      fields(object, path);
    } else if (value instanceof JsonArray list) {
      LISTS.forEach(raw -> put(path, raw));
      lists(path, list);
      fields(list.getJsonObject(0), plus(path, 0));
    }
  }

  private void texts(List<Object> path, String name, String valid) {
    boolean key = KEYS.contains(name);
    if (OF_ANY_SIZE.contains(name) || key || OTHER_BASE64.contains(name)) {
      BASE64.forEach(raw -> put(path, raw));
    } else {
      TEXTS.forEach(raw -> put(path, raw));
      return;
    }
    if (OF_ANY_SIZE.contains(name)) {
      return;
    }
    byte[] bytes = Base64.getDecoder().decode(valid);
    for (int length : List.of(1, bytes.length - 1, bytes.length + 1, 70_000)) {
      put(path, '"' + World.base64(java.util.Arrays.copyOf(bytes, length)) + '"');
    }
    if (key) {
      for (int first : List.of(0, bytes[0] ^ 0x80, bytes[0] == 5 ? 8 : 5)) {
        byte[] other = bytes.clone();
        other[0] = (byte) first;
        put(path, '"' + World.base64(other) + '"');
      }
    }
  }

  /** Twice the same item, and more items than there may be. */
  private void lists(List<Object> path, JsonArray list) {
    JsonObject item = list.getJsonObject(0);
    put(path, new JsonArray().add(item).add(item).encode());
    String id = item.containsKey("keyId") ? "keyId" : "destinationDeviceId";
    JsonArray many = new JsonArray();
    int tooMany = id.equals("keyId") ? 101 : 128;
    for (int i = 1; i <= tooMany; i++) {
      many.add(item.copy().put(id, i));
    }
    put(path, many.encode());
  }

  private void wholes() {
    String good = valid.encode();
    int half = good.length() / 2;
    for (String whole :
        List.of(
            "",
            " ",
            "null",
            "1",
            TEXT,
            "[]",
            "[{}]",
            '[' + good + ']',
            "{",
            "{\"" + MARKER,
            good.substring(0, half),
            good + MARKER,
            good + good,
            "/*" + MARKER + "*/" + good,
            good.replace('"', '\''),
            "{\"a\":".repeat(3000),
            "[".repeat(300_000),
            good.replaceFirst("\\{", "{" + MARKER + ":1,"),
            "\u0000" + good,
            good.replaceFirst("\\{", "{\"" + MARKER + "\u0001\":\"\u0007\","))) {
      wrong.put("whole " + wrong.size() + ' ' + head(whole), whole);
    }
  }

  /** A body that is no text: half of a character in a string. */
  static byte[] notUtf8(BodyRoute route) {
    String body = route.body().encode().replaceFirst("\\{", "{\"" + MARKER + "\":\"\u00ff\",");
    return body.getBytes(StandardCharsets.ISO_8859_1);
  }

  private void put(List<Object> path, String raw) {
    String what = text(path) + ' ' + head(raw);
    boolean taken = TAKEN.contains(text(path) + (raw.contains("\":1") ? " of marker" : " " + raw));
    if (!taken) {
      wrong.put(what + " #" + wrong.size(), with(path, raw));
    }
  }

  private String with(List<Object> path, String raw) {
    JsonObject copy = valid.copy();
    Object parent = parent(copy, path);
    if (parent instanceof JsonObject object) {
      object.put((String) path.get(path.size() - 1), RAW);
    }
    return copy.encode().replace('"' + RAW + '"', raw);
  }

  private String without(List<Object> path) {
    JsonObject copy = valid.copy();
    if (parent(copy, path) instanceof JsonObject object) {
      object.remove((String) path.get(path.size() - 1));
    }
    return copy.encode();
  }

  private static Object parent(JsonObject root, List<Object> path) {
    Object at = root;
    for (Object step : path.subList(0, path.size() - 1)) {
      at =
          at instanceof JsonArray list
              ? list.getValue((Integer) step)
              : ((JsonObject) at).getValue((String) step);
    }
    return at;
  }

  private static List<Object> plus(List<Object> path, Object step) {
    List<Object> longer = new ArrayList<>(path);
    longer.add(step);
    return longer;
  }

  private static String text(List<Object> path) {
    StringBuilder text = new StringBuilder();
    for (Object step : path) {
      text.append(step instanceof Integer ? "[" + step + "]" : text.isEmpty() ? step : "." + step);
    }
    return text.toString();
  }

  private static String head(String raw) {
    return raw.length() <= 40 ? raw : raw.substring(0, 40) + "... of " + raw.length();
  }
}
