package io.restante.edge;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.json.jackson.JacksonCodec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Typed reading of a JSON object. Each error names the field by its path, what was given by type or
 * size, never by value, and what is expected. Unknown fields are ignored; null reads as absent.
 */
public final class JsonFields {
  private static final Pattern OVER_LIMIT =
      Pattern.compile("([A-Za-z ]+) \\((\\d+)\\) exceeds the maximum allowed \\((\\d+)");

  private final JsonObject json;
  private final String path;

  private JsonFields(JsonObject json, String path) {
    this.json = json;
    this.path = path;
  }

  /**
   * Reads a body.
   *
   * @throws GatewayException {@link ErrorCode#MALFORMED_JSON} where it is not a JSON object
   */
  public static JsonFields parse(Buffer body) {
    // Vert.x would take comments, too.
    try (JsonParser parser = JacksonCodec.createParser(body)) {
      parser.disable(JsonParser.Feature.ALLOW_COMMENTS);
      if (JacksonCodec.fromParser(parser, Object.class) instanceof JsonObject object) {
        return new JsonFields(object, "");
      }
      throw new GatewayException(
          ErrorCode.MALFORMED_JSON, "body of " + body.length() + " bytes (expected: an object)");
    } catch (DecodeException | IOException notJson) {
      throw new GatewayException(
          ErrorCode.MALFORMED_JSON,
          overLimit(notJson).orElse("body of " + body.length() + " bytes (expected: JSON)"));
    }
  }

  /**
   * What of the body was over a limit of the parser, in its words: {@code Number value length
   * (1200) exceeds the maximum allowed (1000}. They tell lengths only.
   */
  private static Optional<String> overLimit(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof StreamConstraintsException over) {
        Matcher words = OVER_LIMIT.matcher(over.getOriginalMessage());
        return words.lookingAt()
            ? Optional.of(
                "body: "
                    + words.group(1).toLowerCase(Locale.ROOT)
                    + " of "
                    + words.group(2)
                    + " (expected: at most "
                    + words.group(3)
                    + ")")
            : Optional.of("body: over a limit of the parser (expected: ordinary JSON)");
      }
    }
    return Optional.empty();
  }

  /** The path of a field, for errors. */
  public String path(String field) {
    return path.isEmpty() ? field : path + '.' + field;
  }

  /** Whether a field is there and not null. */
  public boolean has(String field) {
    return json.getValue(field) != null;
  }

  /** A whole number from min to max. */
  public long number(String field, long min, long max) {
    return optionalNumber(field, min, max)
        .orElseThrow(() -> wrong(field, null, min + " to " + max));
  }

  /** A whole number from min to max, as an int. */
  public int integer(String field, int min, int max) {
    return (int) number(field, min, max);
  }

  /** A whole number from min to max, or empty where the field is this word. */
  public Optional<Integer> integerOr(String word, String field, int min, int max) {
    return word.equals(json.getValue(field))
        ? Optional.empty()
        : Optional.of(integer(field, min, max));
  }

  /** A whole number from min to max, or empty where the field is absent. */
  public Optional<Long> optionalNumber(String field, long min, long max) {
    Object value = json.getValue(field);
    if (value == null) {
      return Optional.empty();
    }
    if (!(value instanceof Integer || value instanceof Long)) {
      throw wrong(field, value, "a whole number from " + min + " to " + max);
    }
    long number = ((Number) value).longValue();
    if (number < min || number > max) {
      throw GatewayException.invalidField(path(field), number, min + " to " + max);
    }
    return Optional.of(number);
  }

  /** A boolean, or the fallback where the field is absent. */
  public boolean flag(String field, boolean fallback) {
    Object value = json.getValue(field);
    if (value == null) {
      return fallback;
    }
    if (value instanceof Boolean flag) {
      return flag;
    }
    throw wrong(field, value, "true or false");
  }

  /** A text of at most so many characters. */
  public String text(String field, int charsMax) {
    return optionalText(field, charsMax).orElseThrow(() -> wrong(field, null, "a string"));
  }

  /** A text of at most so many characters, or empty where the field is absent. */
  public Optional<String> optionalText(String field, int charsMax) {
    Object value = json.getValue(field);
    if (value == null) {
      return Optional.empty();
    }
    if (!(value instanceof String text)) {
      throw wrong(field, value, "a string");
    }
    if (text.length() > charsMax) {
      throw GatewayException.invalidField(
          path(field), text.length() + " characters", "at most " + charsMax);
    }
    return Optional.of(text);
  }

  /**
   * A text, or an object that has the text in one field, as some clients send it; empty where it is
   * absent.
   */
  public Optional<String> optionalTextOrWithin(String field, String inner, int charsMax) {
    return json.getValue(field) instanceof JsonObject object
        ? new JsonFields(object, path(field)).optionalText(inner, charsMax)
        : optionalText(field, charsMax);
  }

  /** Base64, padded or not, of min to max bytes. */
  public byte[] bytes(String field, int bytesMin, int bytesMax) {
    return optionalBytes(field, bytesMin, bytesMax).orElseThrow(() -> wrong(field, null, "base64"));
  }

  /** Base64, padded or not, of min to max bytes, or empty where the field is absent. */
  public Optional<byte[]> optionalBytes(String field, int bytesMin, int bytesMax) {
    Object value = json.getValue(field);
    if (value == null) {
      return Optional.empty();
    }
    if (!(value instanceof String text)) {
      throw wrong(field, value, "base64");
    }
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException notBase64) {
      throw wrong(field, value, "base64");
    }
    if (bytes.length < bytesMin || bytes.length > bytesMax) {
      String expected =
          bytesMin == bytesMax ? bytesMin + " bytes" : bytesMin + " to " + bytesMax + " bytes";
      throw GatewayException.invalidField(path(field), bytes.length + " bytes", expected);
    }
    return Optional.of(bytes);
  }

  /** An object. */
  public JsonFields object(String field) {
    return optionalObject(field).orElseThrow(() -> wrong(field, null, "an object"));
  }

  /** An object, or empty where the field is absent. */
  public Optional<JsonFields> optionalObject(String field) {
    Object value = json.getValue(field);
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof JsonObject object) {
      return Optional.of(new JsonFields(object, path(field)));
    }
    throw wrong(field, value, "an object");
  }

  /** The names in an object of booleans that are true; an absent object has none. */
  public Set<String> trueNames(String field, int itemsMax, int charsMax) {
    Optional<JsonFields> flags = optionalObject(field);
    Set<String> names = new HashSet<>();
    if (flags.isEmpty()) {
      return names;
    }
    Set<String> all = flags.get().json.fieldNames();
    if (all.size() > itemsMax) {
      throw GatewayException.invalidField(
          path(field), all.size() + " items", "at most " + itemsMax);
    }
    for (String name : all) {
      if (name.length() > charsMax) {
        throw GatewayException.invalidField(
            path(field), "a name of " + name.length() + " characters", "at most " + charsMax);
      }
      if (flags.get().flag(name, false)) {
        names.add(name);
      }
    }
    return names;
  }

  /** A list of at most so many objects; an absent one is empty. */
  public List<JsonFields> objects(String field, int itemsMax) {
    Object value = json.getValue(field);
    if (value == null) {
      return List.of();
    }
    if (!(value instanceof JsonArray array)) {
      throw wrong(field, value, "a list of objects");
    }
    if (array.size() > itemsMax) {
      throw GatewayException.invalidField(
          path(field), array.size() + " items", "at most " + itemsMax);
    }
    List<JsonFields> items = new ArrayList<>(array.size());
    for (int i = 0; i < array.size(); i++) {
      String item = field + '[' + i + ']';
      if (!(array.getValue(i) instanceof JsonObject object)) {
        throw wrong(item, array.getValue(i), "an object");
      }
      items.add(new JsonFields(object, path(item)));
    }
    return items;
  }

  private GatewayException wrong(String field, @Nullable Object given, String expected) {
    return GatewayException.invalidField(path(field), kindOf(given), expected);
  }

  private static String kindOf(@Nullable Object value) {
    if (value == null) {
      return "absent";
    }
    if (value instanceof String text) {
      return "a string of " + text.length() + " characters";
    }
    if (value instanceof Number) {
      return "a number";
    }
    if (value instanceof Boolean) {
      return "a boolean";
    }
    return value instanceof JsonArray ? "a list" : "an object";
  }
}
