package io.restante.testing.client;

import java.util.concurrent.CompletableFuture;

/** Carries requests to the gateway: plain HTTP, or the frames of a socket. */
@FunctionalInterface
public interface Channel {
  /** Sends a request. The future fails only where no answer came. */
  CompletableFuture<Answer> send(Ask ask);

  /** Sends a request and awaits its answer. */
  default Answer ask(Ask ask) {
    return Waiting.answer(ask.method() + " " + ask.path(), send(ask));
  }
}
