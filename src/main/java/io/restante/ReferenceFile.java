package io.restante;

import java.util.ArrayList;
import java.util.List;

/** The reference configuration: every setting with its default and what it is for. */
final class ReferenceFile {
  private static final String HEAD =
      """
      # Every setting of Restante with its default. Later ones win: the built-in defaults, a file
      # like this one (--config FILE), the environment, --set key=value.
      # The setting http.port is RESTANTE_HTTP_PORT in the environment.
      """;

  private ReferenceFile() {}

  /** As YAML. */
  static String yaml() {
    StringBuilder yaml = new StringBuilder(HEAD);
    List<String> open = List.of();
    for (Setting setting : Setting.values()) {
      List<String> parts = List.of(setting.key().split("\\.", -1));
      List<String> groups = parts.subList(0, parts.size() - 1);
      openGroups(yaml, open, groups);
      open = groups;
      String indent = "  ".repeat(groups.size());
      yaml.append(indent).append("# ").append(setting.line()).append('\n');
      yaml.append(indent).append(parts.get(groups.size())).append(": ");
      yaml.append(setting.defaultText().isEmpty() ? "\"\"" : setting.defaultText()).append('\n');
    }
    return yaml.toString();
  }

  private static void openGroups(StringBuilder yaml, List<String> open, List<String> groups) {
    List<String> shared = new ArrayList<>();
    for (int i = 0; i < Math.min(open.size(), groups.size()); i++) {
      if (!open.get(i).equals(groups.get(i))) {
        break;
      }
      shared.add(groups.get(i));
    }
    for (int i = shared.size(); i < groups.size(); i++) {
      yaml.append(i == 0 ? "\n" : "").append("  ".repeat(i)).append(groups.get(i)).append(":\n");
    }
  }
}
