package io.restante.prekey;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Counts by what was called with. */
final class CountingMetrics implements PrekeyMetrics {
  private final Map<String, Integer> counts = new ConcurrentHashMap<>();

  int of(String name) {
    return counts.getOrDefault(name, 0);
  }

  void clear() {
    counts.clear();
  }

  private void add(String name, int amount) {
    counts.merge(name, amount, Integer::sum);
  }

  @Override
  public void claimed(Pool pool, PoolOutcome outcome) {
    add(pool.name() + " " + outcome, 1);
  }

  @Override
  public void replayed() {
    add("replayed", 1);
  }

  @Override
  public void refused(ClaimResult.Refused reason) {
    add("refused " + reason, 1);
  }

  @Override
  public void burned(Burned reason, int keys) {
    add("burned " + reason, keys);
  }

  @Override
  public void reserveTaken(int keys) {
    add("reserve", keys);
  }

  @Override
  public void signedPrekeyServed(long uploadedAtSeconds) {
    add(uploadedAtSeconds > 0 ? "signed with its age" : "signed", 1);
  }

  @Override
  public void left(Pool pool, int keys) {
    add(pool.name() + " left " + keys, 1);
  }

  @Override
  public void uploaded(int kept, int dropped) {
    add("kept", kept);
    add("dropped", dropped);
  }

  @Override
  public void verificationRefused() {
    add("verification refused", 1);
  }
}
