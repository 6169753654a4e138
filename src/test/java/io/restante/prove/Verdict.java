package io.restante.prove;

import io.restante.faults.History;
import io.restante.prove.Event.Claim;
import io.restante.prove.Event.Closing;
import io.restante.prove.Event.Deletion;
import io.restante.prove.Event.Form;
import io.restante.prove.Event.Served;
import io.restante.prove.Event.Trouble;
import io.restante.prove.Event.Upload;
import java.util.ArrayList;
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
    List<String> parts = new ArrayList<>();
    for (Form form : Form.values()) {
      parts.add(summary(form, events));
    }
    int uploads = 0;
    int troubles = 0;
    int deleted = 0;
    int emptied = 0;
    int byHandle = 0;
    for (Event event : events) {
      uploads += event instanceof Upload ? 1 : 0;
      troubles += event instanceof Trouble ? 1 : 0;
      deleted += event instanceof Closing closing && isEndOfAccount(closing) ? 1 : 0;
      byHandle += event instanceof Claim claim && isByHandle(claim) ? 1 : 0;
      emptied += event instanceof Deletion deletion && deletion.status() == 204 ? 1 : 0;
    }
    return String.format(
        Locale.ROOT,
        "%s; %d claims by handle; %d uploads; %d pools deleted; %d accounts deleted; %d faults",
        String.join("; ", parts),
        byHandle,
        uploads,
        emptied,
        deleted,
        troubles);
  }

  private static boolean isByHandle(Claim claim) {
    return claim.wanted().stream().anyMatch(wanted -> Handles.isHandle(wanted.service()));
  }

  /** An account has several places; one of them is its first device under its ACI. */
  private static boolean isEndOfAccount(Closing closing) {
    Place place = closing.place();
    return closing.forGood() && place.device() == 1 && !place.service().startsWith("PNI:");
  }

  private static String summary(Form form, List<Event> events) {
    int claims = 0;
    int answered = 0;
    int lost = 0;
    Set<String> keys = new HashSet<>();
    for (Event event : events) {
      if (event instanceof Claim claim && claim.form() == form) {
        claims++;
        answered += claim.status() == 200 ? 1 : 0;
        lost += claim.status() <= 0 || claim.status() == 503 ? 1 : 0;
        for (Served served : claim.served()) {
          keys.addAll(served.keys().values());
        }
      }
    }
    return String.format(
        Locale.ROOT,
        "%s %d claims, %d answered with %d keys, %d without an answer",
        form.name().toLowerCase(Locale.ROOT),
        claims,
        answered,
        keys.size(),
        lost);
  }
}
