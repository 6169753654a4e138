package io.restante.prove;

import io.restante.faults.History;
import io.restante.prove.Event.Other;
import io.restante.testing.client.Answer;
import io.restante.testing.client.Ask;
import io.restante.testing.client.Channel;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntSupplier;

/** Carries a phone's own requests, and records what became of them. */
final class RecordedChannel implements Channel {
  private static final int REFUSALS_FROM = 300;

  private final History<Event> history;
  private final Requester requester;
  private final IntSupplier gateway;
  private volatile boolean refused;

  /**
   * Makes one.
   *
   * @param gateway names the gateway that gets the next request
   */
  RecordedChannel(History<Event> history, Requester requester, IntSupplier gateway) {
    this.history = history;
    this.requester = requester;
    this.gateway = gateway;
  }

  @Override
  public CompletableFuture<Answer> send(Ask ask) {
    Channel channel = requester.channel(gateway.getAsInt());
    long from = history.now();
    return channel
        .send(ask)
        .whenComplete(
            (answer, failure) -> {
              int status = answer == null ? Event.LOST : answer.status();
              refused |= status == Event.LOST || status >= REFUSALS_FROM;
              history.add(new Other(history.since(from), ask.method() + ' ' + ask.path(), status));
            });
  }

  /** Whether something was refused, or not answered, since this was last asked. */
  boolean takeRefused() {
    boolean taken = refused;
    refused = false;
    return taken;
  }
}
