package io.restante.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.protocol.Identity;
import io.restante.redis.PopRecord.End;
import io.vertx.redis.client.Command;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PopRecordTest {
  private static final End FIRST = new End(Command.LPOP, "{a}:pool:aci:ec:1");
  private static final End OTHER_END = new End(Command.RPOP, "{a}:pool:aci:ec:1");
  private static final End OTHER_LIST = new End(Command.LPOP, "{b}:pool:aci:ec:1");

  private final History history = history("one");
  private final History other = history("other");
  private final PopRecord record = new PopRecord();

  private static History history(String id) {
    return new History(new Lineage("127.0.0.1:1", id, id, 0, Lineage.NO_ID, 0));
  }

  private Map<End, Integer> since(long nanos) {
    return record.since(nanos, each -> true);
  }

  @Test
  void tellsHowOftenEachEndOfEachListWasPoppedSinceThen() {
    record.add(history, FIRST, 1);
    record.add(history, FIRST, 2);
    record.add(history, OTHER_END, 2);
    record.add(history, OTHER_LIST, 3);
    assertEquals(Map.of(FIRST, 2, OTHER_END, 1, OTHER_LIST, 1), since(1));
    assertEquals(Map.of(FIRST, 1, OTHER_END, 1, OTHER_LIST, 1), since(2));
    assertEquals(Map.of(), since(4));
  }

  @Test
  void tellsOfTheHistoriesAskedForOnly() {
    record.add(history, FIRST, 1);
    record.add(other, OTHER_LIST, 1);
    assertEquals(Map.of(OTHER_LIST, 1), record.since(0, each -> each == other));
  }

  @Test
  void forgetsWhatIsTold() {
    record.add(history, FIRST, 1);
    record.add(history, OTHER_LIST, 1);
    record.forget(Set.of(FIRST));
    assertEquals(Map.of(OTHER_LIST, 1), since(0));
  }

  @Test
  void forgetsAfterTheWindow() {
    record.add(history, FIRST, 0);
    record.add(history, OTHER_LIST, PopRecord.WINDOW_NANOS);
    assertEquals(Map.of(FIRST, 1, OTHER_LIST, 1), since(0));
    record.add(history, OTHER_LIST, PopRecord.WINDOW_NANOS + 1);
    assertEquals(Map.of(OTHER_LIST, 2), since(0));
  }

  @Test
  void forgetsTheOldestWhereThereAreTooManyAndTells() {
    for (int round = 0; round < 2; round++) {
      long begin = round * (PopRecord.WINDOW_NANOS + PopRecord.POPS_MAX);
      assertFalse(record.add(history, FIRST, begin));
      for (int i = 1; i < PopRecord.POPS_MAX; i++) {
        assertFalse(record.add(history, new End(Command.LPOP, "list" + i), begin + i), "pop " + i);
      }
      assertEquals(1, since(begin).get(FIRST));
      assertTrue(record.add(history, OTHER_LIST, begin + PopRecord.POPS_MAX));
      Map<End, Integer> left = since(begin);
      assertEquals(PopRecord.POPS_MAX, left.size());
      assertFalse(left.containsKey(FIRST));
      assertTrue(
          IntStream.range(1, PopRecord.POPS_MAX)
              .allMatch(i -> left.containsKey(new End(Command.LPOP, "list" + i))));
    }
  }

  @Test
  void theLongestNameOfAListHasRoom() {
    AccountKeys names = AccountKeys.of(UUID.randomUUID());
    String longest = AccountKeys.reserveBeginning(Identity.PNI, "a".repeat(32));
    End end = new End(Command.LPOP, names.tag() + longest + 127);
    record.add(history, end, 1);
    assertEquals(Map.of(end, 1), since(0));
    End longer = new End(Command.LPOP, "a".repeat(PopRecord.NAME_CHARS_MAX + 1));
    assertThrows(IllegalArgumentException.class, () -> record.add(history, longer, 1));
  }
}
