package io.restante.storm;

import io.restante.faults.Line;
import io.restante.faults.Span;
import io.restante.storm.Event.Delivered;
import io.restante.storm.Event.Polled;
import io.restante.storm.Event.Removed;
import io.restante.testing.client.Answer;
import io.restante.testing.client.Ask;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A device's mailbox over HTTP. */
final class Poller {
  private final Journal journal;
  private final Member member;
  private final Line line;

  Poller(Journal journal, Member member, Line line) {
    this.journal = journal;
    this.member = member;
    this.line = line;
  }

  /** Reads the oldest envelopes; their guids, nothing where that is not known. */
  Optional<List<String>> poll() {
    int number = journal.nextSession();
    long from = journal.now();
    Answer answer = ask(Ask.get("/v1/messages"));
    Span span = journal.since(from);
    List<String> guids = new ArrayList<>();
    boolean more = false;
    if (answer.status() == 200) {
      JsonObject page = answer.json();
      more = page.getBoolean("more");
      for (Object each : page.getJsonArray("messages")) {
        JsonObject message = (JsonObject) each;
        guids.add(message.getString("guid"));
        journal.add(delivered(span, number, message));
      }
    }
    journal.add(new Polled(span, member.device(), number, answer.status(), more));
    return answer.status() == 200 ? Optional.of(guids) : Optional.empty();
  }

  private Delivered delivered(Span span, int number, JsonObject message) {
    String source = message.getString("sourceUuid");
    return new Delivered(
        span,
        member.device(),
        number,
        message.getString("guid"),
        message.getLong("serverTimestamp"),
        source == null ? Event.SEALED : source + '.' + message.getInteger("sourceDevice"),
        Digests.of(Base64.getDecoder().decode(message.getString("content"))));
  }

  /** Deletes an envelope. */
  void remove(String guid) {
    long from = journal.now();
    Answer answer = ask(Ask.delete("/v1/messages/uuid/" + guid));
    journal.add(new Removed(journal.since(from), member.device(), guid, answer.status()));
  }

  private Answer ask(Ask ask) {
    return ask(line, ask.with("Authorization", member.authorization()));
  }

  /** Asks; the answer has status {@link Event#LOST} where none comes. */
  static Answer ask(Line line, Ask ask) {
    try {
      return line.ask(ask);
    } catch (IOException e) {
      return new Answer(Event.LOST, Map.of(), new byte[0]);
    }
  }
}
