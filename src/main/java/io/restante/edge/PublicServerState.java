package io.restante.edge;

import java.util.concurrent.atomic.AtomicInteger;

/** What all event loops of the public server share: its port, its connections, its end. */
public final class PublicServerState {
  private final AtomicInteger connections = new AtomicInteger();
  private volatile int port;
  private volatile boolean draining;

  void listeningOn(int boundPort) {
    port = boundPort;
  }

  /** The port that is bound. */
  public int port() {
    return port;
  }

  int opened() {
    return connections.incrementAndGet();
  }

  void closed() {
    connections.decrementAndGet();
  }

  /** Open connections. */
  public int connections() {
    return connections.get();
  }

  /** From now on every new request is refused. */
  public void drain() {
    draining = true;
  }

  boolean isDraining() {
    return draining;
  }
}
