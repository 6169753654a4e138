package io.restante.edge;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.restante.limit.ByteBudget;
import io.restante.telemetry.Meters;
import io.restante.telemetry.Metric;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Answers over HTTP of one event loop that their clients have not read yet. Where those of all
 * event loops have too many bytes, whoever has left an answer unread for the longest is hung up on:
 * nobody who reads is refused for one who does not.
 */
public final class UnreadAnswers {
  /** Answers up to this are not counted: connections are, and they bound these. */
  static final int SMALL_BYTES = 8 * 1024;

  private final ByteBudget held;
  private final Counter cutOff;
  private final Set<Unread> waiting = new LinkedHashSet<>();

  /**
   * None yet.
   *
   * @param held where those of all event loops are counted
   */
  public UnreadAnswers(ByteBudget held, MeterRegistry registry) {
    this.held = held;
    this.cutOff = Meters.counter(registry, Metric.ANSWERS_CUT_OFF);
  }

  /**
   * Counts one until it is {@linkplain Unread#read read}. It is made already, so it goes out even
   * where it alone is too much.
   *
   * @param hangUp lets go of its bytes
   */
  Unread add(int bytes, Runnable hangUp) {
    Unread added = new Unread(bytes, hangUp);
    waiting.add(added);
    held.force(bytes);
    Iterator<Unread> oldest = waiting.iterator();
    for (Unread next = oldest.next(); held.isOver() && next != added; next = oldest.next()) {
      oldest.remove();
      held.giveBack(false, next.bytes);
      cutOff.increment();
      next.hangUp.run();
    }
    return added;
  }

  /** One answer. */
  final class Unread {
    private final int bytes;
    private final Runnable hangUp;

    private Unread(int bytes, Runnable hangUp) {
      this.bytes = bytes;
      this.hangUp = hangUp;
    }

    /** It is read, or its client is gone; may be told twice. */
    void read() {
      if (waiting.remove(this)) {
        held.giveBack(false, bytes);
      }
    }
  }
}
