package io.restante.push.webpush;

import io.vertx.core.impl.transports.NioTransport;
import io.vertx.core.transport.Transport;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The transport of a Vert.x, which notes where to each of its connections was to go. */
final class WatchedTransport implements Transport {
  private final List<String> dialled = new CopyOnWriteArrayList<>();

  /** Every address that a connection was begun to, whether it came about or not. */
  List<String> dialled() {
    return dialled;
  }

  @Override
  public String name() {
    return "watched";
  }

  @Override
  public boolean available() {
    return true;
  }

  @Override
  public Throwable unavailabilityCause() {
    throw new IllegalStateException("it is available");
  }

  @Override
  public io.vertx.core.spi.transport.Transport implementation() {
    return new NioTransport() {
      @Override
      public SocketAddress convert(io.vertx.core.net.SocketAddress address) {
        SocketAddress converted = super.convert(address);
        InetSocketAddress to = (InetSocketAddress) converted;
        // A name here would be looked up by whoever connects.
        dialled.add(to.isUnresolved() ? to.getHostString() : to.getAddress().getHostAddress());
        return converted;
      }
    };
  }
}
