package io.restante.bench.idle;

/** So many devices that connected to one gateway, one after the other, each until it hears. */
record Connects(int sockets, long ms, long gatewayCpuNanos) {
  double perSecond() {
    return sockets * 1e3 / ms;
  }

  double gatewayCpuMicros() {
    return gatewayCpuNanos / 1e3 / sockets;
  }
}
