package io.restante.prove;

import io.restante.faults.History;
import io.restante.prove.Event.Claim;
import io.restante.prove.Event.Served;
import io.restante.prove.Event.Trouble;
import io.restante.prove.Event.Upload;
import io.restante.prove.Place.Kind;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What an act came to.
 *
 * @param summary its figures, a line
 */
record Verdict(List<Finding> findings, String summary) {
  static Verdict of(History<Event> history) {
    List<Event> events = history.events();
    return new Verdict(Checker.check(events), summary(events));
  }

  private static String summary(List<Event> events) {
    int claims = 0;
    int answered = 0;
    int lost = 0;
    int uploads = 0;
    int troubles = 0;
    Set<String> keys = new HashSet<>();
    for (Event event : events) {
      if (event instanceof Claim claim) {
        claims++;
        answered += claim.status() == 200 ? 1 : 0;
        lost += claim.status() <= 0 || claim.status() == 503 ? 1 : 0;
        for (Served served : claim.served()) {
          for (Kind kind : Kind.values()) {
            String key = served.key(kind);
            if (key != null) {
              keys.add(key);
            }
          }
        }
      } else if (event instanceof Upload) {
        uploads++;
      } else if (event instanceof Trouble) {
        troubles++;
      }
    }
    return String.format(
        Locale.ROOT,
        "%d claims, %d answered with %d keys, %d without an answer; %d uploads; %d faults",
        claims,
        answered,
        keys.size(),
        lost,
        uploads,
        troubles);
  }
}
