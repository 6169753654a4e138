package io.restante.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class LineageTest {
  private static final Lineage OLD = lineage("a:1", "run1", "id1", 500, Lineage.NO_ID, -1);

  private static Lineage lineage(
      String address, String run, String id, long offset, String earlierId, long earlierOffset) {
    return new Lineage(address, run, id, offset, earlierId, earlierOffset);
  }

  @Test
  void theSameRunOfTheSameHistoryHasEverything() {
    assertEquals(Lineage.ALL, OLD.inheritedBy(OLD, false));
  }

  @Test
  void aPromotedReplicaHasWhatIsBelowItsSecondOffset() {
    Lineage promoted = lineage("b:1", "run2", "id2", 450, "id1", 401);
    assertEquals(400, OLD.inheritedBy(promoted, false));
    assertEquals(400, OLD.inheritedBy(promoted, true));
  }

  @Test
  void aPrimaryThatReadsItsSnapshotHasWhatWasInIt() {
    assertEquals(300, OLD.inheritedBy(lineage("a:1", "run2", "id1", 300, "id0", 9), true));
    assertEquals(300, OLD.inheritedBy(lineage("a:1", "run2", "id2", 300, "id1", 301), true));
  }

  @Test
  void aFirstReplicaGivesTheSameRunANewNameOnly() {
    Lineage named = lineage("a:1", "run1", "id2", 1, Lineage.NO_ID, -1);
    assertEquals(Lineage.ALL, OLD.inheritedBy(named, false));
  }

  @Test
  void aPrimaryStartedAnewHasEverythingWhereItsDiskHas() {
    Lineage restarted = lineage("a:1", "run2", "id2", 0, Lineage.NO_ID, -1);
    assertEquals(Lineage.ALL, OLD.inheritedBy(restarted, true));
    assertEquals(Lineage.NOTHING, OLD.inheritedBy(restarted, false));
  }

  @Test
  void ofAStrangerNothingIsKnown() {
    assertEquals(
        Lineage.NOTHING,
        OLD.inheritedBy(lineage("b:1", "run2", "id2", 900, Lineage.NO_ID, -1), true),
        "elsewhere");
    assertEquals(
        Lineage.NOTHING,
        OLD.inheritedBy(lineage("a:1", "run2", "id3", 900, "id2", 800), true),
        "it followed another in between");
    assertEquals(
        Lineage.NOTHING,
        OLD.inheritedBy(lineage("a:1", "run1", "id3", 900, "id2", 800), true),
        "it followed another and was promoted again");
  }
}
