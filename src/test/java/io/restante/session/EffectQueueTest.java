package io.restante.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.restante.session.Effect.Close;
import io.restante.session.Effect.ReadOnline;
import io.restante.session.Effect.SendQueueEmpty;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EffectQueueTest {
  private static final Effect FIRST = new SendQueueEmpty(1);
  private static final Effect SECOND = new SendQueueEmpty(2);
  private static final Effect BREAKS = new Close(CloseCode.RESTART);

  /** Its effect asks for another one, as what is read at once does. */
  private static final Effect ASKS = new ReadOnline(1);

  private final List<Object> seen = new ArrayList<>();
  private final EffectQueue queue = new EffectQueue(this::carryOut, () -> seen.add("done"));

  private void carryOut(Effect effect) {
    seen.add(effect);
    if (effect == BREAKS) {
      throw new IllegalStateException("broken");
    }
    if (effect == ASKS) {
      queue.perform(List.of(SECOND));
      seen.add("asked");
    }
  }

  @Test
  void whatComesOfAnEffectIsCarriedOutAfterIt() {
    queue.perform(List.of(ASKS, FIRST));
    assertEquals(List.of(ASKS, "asked", FIRST, SECOND, "done"), seen);
  }

  @Test
  void afterOneThatThrowsTheRestIsDroppedAndTheNextAreCarriedOut() {
    assertThrows(IllegalStateException.class, () -> queue.perform(List.of(BREAKS, FIRST)));
    queue.perform(List.of(SECOND));
    assertEquals(List.of(BREAKS, SECOND, "done"), seen);
  }
}
