package io.restante.redis;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the primary is by the word of several Sentinels, which may be down, behind or wrong. Pure.
 *
 * <p>Each failover has an epoch higher than all before it, so the word of the highest epoch is the
 * newest, however many Sentinels have not heard of it yet. An older one is believed again only when
 * most Sentinels say nothing newer: they were set up anew.
 */
final class SentinelViews {
  /**
   * What one Sentinel says.
   *
   * @param epoch of the failover that made it so
   */
  record View(String host, int port, long epoch) {
    boolean isAt(View other) {
      return host.equals(other.host) && port == other.port;
    }
  }

  private final @Nullable View[] views;
  private @Nullable View believed;

  SentinelViews(int sentinels) {
    this.views = new View[sentinels];
  }

  /** Where the primary is, null while nobody has told. */
  @Nullable View believed() {
    return believed;
  }

  /** A Sentinel says this, or nothing any more. */
  void tell(int sentinel, @Nullable View view) {
    views[sentinel] = view;
  }

  /** How many say anything. */
  int telling() {
    return said().size();
  }

  /**
   * Believes what is to be believed by now; gives where the primary is where that is new.
   *
   * @param few whether the word of a minority is enough where nothing is believed yet
   */
  Optional<View> settle(boolean few) {
    List<View> said = said();
    Optional<View> newest = said.stream().max(Comparator.comparingLong(View::epoch));
    if (newest.isEmpty()) {
      return Optional.empty();
    }
    View view = newest.get();
    View before = believed;
    boolean most = said.size() > views.length / 2;
    boolean credible = before == null ? most || few : most || view.epoch() > before.epoch();
    if (!credible) {
      return Optional.empty();
    }
    believed = view;
    return before != null && before.isAt(view) ? Optional.empty() : newest;
  }

  private List<View> said() {
    List<View> said = new ArrayList<>();
    for (View view : views) {
      if (view != null) {
        said.add(view);
      }
    }
    return said;
  }
}
