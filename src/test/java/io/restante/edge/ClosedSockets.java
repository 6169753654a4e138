package io.restante.edge;

import io.restante.account.Caller;
import io.restante.session.SocketAcceptor;
import io.vertx.core.Future;
import io.vertx.core.http.ServerWebSocket;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Closes every socket that it is given, and counts them. */
final class ClosedSockets implements SocketAcceptor {
  private final AtomicInteger count = new AtomicInteger();

  int count() {
    return count.get();
  }

  @Override
  public Future<Void> admit(Caller caller) {
    return Future.succeededFuture();
  }

  @Override
  public void accept(
      ServerWebSocket socket, @Nullable Caller caller, String remoteAddress, boolean hearsStock) {
    acceptNewDevice(socket, remoteAddress);
  }

  @Override
  public void acceptNewDevice(ServerWebSocket socket, String remoteAddress) {
    count.incrementAndGet();
    socket.close();
  }
}
