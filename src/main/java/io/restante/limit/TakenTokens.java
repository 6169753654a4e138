package io.restante.limit;

/** Hears of tokens of which other gateways must hear. */
@FunctionalInterface
public interface TakenTokens {
  /** Tells nobody: what a gateway does that is alone. */
  TakenTokens UNTOLD = (key, budget, hash) -> {};

  /** A token was taken. The key is that of the counter that gateways share for this bucket. */
  void add(String key, Budget budget, long hash);
}
