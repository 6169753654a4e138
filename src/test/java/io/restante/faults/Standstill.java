package io.restante.faults;

/**
 * That a Redis did not answer for long, or this process did not ask for long, by {@link
 * System#nanoTime}.
 *
 * @param toNanos when it answered, or asked, again
 */
public record Standstill(String what, long fromNanos, long toNanos) {}
