package io.restante.push;

import io.vertx.core.Future;

/** Brings pushes to one provider. Used from one event loop, which it never blocks. */
public interface PushSender {
  /** Bytes of the largest envelope that one push carries; 0 where pushes only wake. */
  int envelopeBytesMax();

  /**
   * Sends once, and tells what the provider said of it. The future fails where the provider cannot
   * be reached or does not answer in time: whether the push was taken is then unknown.
   */
  Future<PushOutcome> send(Push push);

  /** Ends its connections. */
  void close();
}
