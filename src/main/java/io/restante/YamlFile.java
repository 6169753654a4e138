package io.restante;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Reads settings from YAML, nested ({@code http: {port: 80}}) or dotted ({@code http.port: 80}). It
 * walks the parsed nodes and makes no objects of them, so that a value stays the text that was
 * written and no tag has an effect. It goes down only where keys do, so that an alias of itself
 * ends, too.
 */
final class YamlFile {
  private final String name;
  private final List<ConfigError> errors;
  private final List<Given> given = new ArrayList<>();
  private final Map<String, String> firstOrigins = new HashMap<>();

  private YamlFile(String name, List<ConfigError> errors) {
    this.name = name;
    this.errors = errors;
  }

  /** All that a file gives, in order. What cannot be read is added to the errors. */
  static List<Given> read(Path path, List<ConfigError> errors) {
    try {
      return read(path.toString(), Files.readString(path, StandardCharsets.UTF_8), errors);
    } catch (IOException e) {
      String why = e instanceof NoSuchFileException ? "no such file" : "not a readable text file";
      errors.add(new ConfigError("--config", "'" + path + "': " + why));
      return List.of();
    }
  }

  /** All that this text gives. */
  static List<Given> read(String name, String text, List<ConfigError> errors) {
    YamlFile file = new YamlFile(name, errors);
    try {
      Node root = compose(new StringReader(text));
      if (root != null) {
        file.walk("", root);
      }
    } catch (MarkedYAMLException e) {
      // Problem and place only: the full message repeats the text, which may hold secrets.
      file.error(name, "not YAML: " + e.getProblem() + ", " + file.at(e.getProblemMark()));
    } catch (YAMLException e) {
      file.error(name, "not YAML");
    }
    return file.given;
  }

  private static @Nullable Node compose(Reader reader) {
    return new Yaml(new SafeConstructor(new LoaderOptions())).compose(reader);
  }

  private void walk(String prefix, Node node) {
    if (node instanceof MappingNode mapping) {
      for (NodeTuple entry : mapping.getValue()) {
        if (entry.getKeyNode() instanceof ScalarNode key) {
          take(prefix + key.getValue(), key, entry.getValueNode());
        } else {
          error(prefix + "?", "a key that is no text, from " + at(entry.getKeyNode()));
        }
      }
    } else if (!isNull(node)) {
      String key = prefix.isEmpty() ? name : prefix.substring(0, prefix.length() - 1);
      error(key, "a value from " + at(node) + " (expected: settings below it)");
    }
  }

  private void take(String key, Node keyNode, Node value) {
    if (Setting.byKey(key).isPresent()) {
      String before = firstOrigins.putIfAbsent(key, at(keyNode));
      if (before == null) {
        leaf(key, value);
      } else {
        error(key, "given twice, from " + before + " and from " + at(keyNode));
      }
    } else if (Setting.isGroup(key)) {
      walk(key + ".", value);
    } else {
      errors.add(ConfigError.unknown(new Given(key, "", at(keyNode))));
    }
  }

  private void leaf(String key, Node value) {
    if (isNull(value)) {
      given.add(new Given(key, "", at(value)));
    } else if (value instanceof ScalarNode scalar) {
      given.add(new Given(key, scalar.getValue(), at(value)));
    } else if (value instanceof SequenceNode list
        && list.getValue().stream().allMatch(ScalarNode.class::isInstance)) {
      String items =
          list.getValue().stream()
              .map(item -> ((ScalarNode) item).getValue())
              .collect(Collectors.joining(","));
      given.add(new Given(key, items, at(value)));
    } else {
      error(key, "a group of values from " + at(value) + " (expected: one value)");
    }
  }

  private static boolean isNull(Node node) {
    return node.getTag().equals(Tag.NULL);
  }

  private void error(String key, String problem) {
    errors.add(new ConfigError(key, problem));
  }

  private String at(Node node) {
    return at(node.getStartMark());
  }

  private String at(@Nullable Mark mark) {
    return "file " + name + (mark == null ? "" : " line " + (mark.getLine() + 1));
  }
}
