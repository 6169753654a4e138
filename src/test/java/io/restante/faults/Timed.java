package io.restante.faults;

/** Something that happened, of which a record is kept. */
public interface Timed {
  /** From before it began until it was over. */
  Span span();
}
