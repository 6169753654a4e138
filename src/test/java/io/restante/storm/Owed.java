package io.restante.storm;

import io.restante.storm.Event.Part;
import io.restante.storm.Event.Sent;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What was answered 200 and has not come yet: so that nobody waits for longer than it takes. */
final class Owed {
  private final Map<String, Device> owed = new ConcurrentHashMap<>();
  private final Set<String> delivered = ConcurrentHashMap.newKeySet();

  void sent(Sent sent) {
    if (sent.status() == 200) {
      for (Part part : sent.parts()) {
        owed.put(part.digest(), part.to());
        if (delivered.contains(part.digest())) {
          owed.remove(part.digest());
        }
      }
    }
  }

  void delivered(String digest) {
    delivered.add(digest);
    owed.remove(digest);
  }

  /** Whether one of these devices waits for something. */
  boolean isOwedTo(Set<Device> devices) {
    return owed.values().stream().anyMatch(devices::contains);
  }
}
