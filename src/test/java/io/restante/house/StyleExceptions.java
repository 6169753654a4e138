package io.restante.house;

import java.util.List;

/**
 * The places that may break a rule, with the reason of each. The test fails when an entry is no
 * longer needed, so this list only shrinks.
 */
final class StyleExceptions {
  /** One place that may break one rule. */
  record Exemption(Rule rule, String where, String reason) {
    boolean covers(Finding finding) {
      return rule == finding.rule() && where.equals(finding.where());
    }
  }

  static final List<Exemption> ALL =
      List.of(
          new Exemption(Rule.NAME, "ServiceId", "the field's own term for an ACI or a PNI"),
          new Exemption(
              Rule.FILE_LINES,
              "src/main/java/io/restante/Setting.java",
              "one row for each setting, and nothing else"),
          new Exemption(Rule.SLEEP, "EventLoop", "the one place that polls for a condition"),
          new Exemption(Rule.SLEEP, "RedisProcess", "polls until the process listens"));

  private StyleExceptions() {}

  /** The findings that no exemption covers. */
  static List<Finding> remaining(List<Exemption> exemptions, List<Finding> findings) {
    return findings.stream()
        .filter(finding -> exemptions.stream().noneMatch(entry -> entry.covers(finding)))
        .toList();
  }

  /** The exemptions that cover no finding any more. */
  static List<Exemption> needless(List<Exemption> exemptions, List<Finding> findings) {
    return exemptions.stream().filter(entry -> findings.stream().noneMatch(entry::covers)).toList();
  }
}
