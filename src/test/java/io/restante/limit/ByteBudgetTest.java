package io.restante.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ByteBudgetTest {
  private final ByteBudget budget = new ByteBudget(100);

  @Test
  void strangersHaveHalfOfItAndCannotTakeTheRest() {
    assertTrue(budget.take(true, 50));
    assertFalse(budget.take(true, 1));
    assertTrue(budget.take(false, 50));
    assertEquals(100, budget.held());
  }

  @Test
  void namedCallersMayHaveAllOfIt() {
    assertTrue(budget.take(false, 100));
    assertFalse(budget.take(false, 1));
    assertFalse(budget.take(true, 1));
    budget.giveBack(false, 100);
    assertTrue(budget.take(true, 50));
  }

  @Test
  void whatIsRefusedTakesNothing() {
    assertFalse(budget.take(true, 51));
    assertFalse(budget.take(false, 101));
    assertEquals(0, budget.held());
    assertTrue(budget.take(true, 50));
    assertTrue(budget.take(false, 50));
    assertFalse(budget.take(true, 1));
    budget.giveBack(true, 50);
    assertTrue(budget.take(true, 50));
  }
}
