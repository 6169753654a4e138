package io.restante.limit;

/**
 * Rate limits.
 *
 * @param enabled false switches every rate limit and the pools' reserve off, for tests and
 *     benchmarks
 */
public record LimitsConfig(boolean enabled) {}
