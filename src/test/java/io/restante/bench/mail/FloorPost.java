package io.restante.bench.mail;

import io.restante.bench.Side;
import io.restante.bench.WebSocketEnd;
import io.restante.testing.RedisProcess;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Letters over a {@link FloorRelay}. */
final class FloorPost implements Post {
  private final Side relay;
  private final FloorStore.Client kind;
  private final RedisProcess redis;
  private final int senders;
  private final int mailboxes;
  private final NetClient client;
  private final List<WebSocketEnd> senderEnds = new ArrayList<>();

  FloorPost(
      Vertx vertx,
      Side relay,
      FloorStore.Client kind,
      RedisProcess redis,
      int senders,
      int mailboxes) {
    this.relay = relay;
    this.kind = kind;
    this.redis = redis;
    this.senders = senders;
    this.mailboxes = mailboxes;
    this.client = vertx.createNetClient(new NetClientOptions().setTcpNoDelay(true));
  }

  @Override
  public String name() {
    return relay.name();
  }

  @Override
  public Future<Void> connect(Listener listener) {
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < mailboxes; i++) {
      Promise<Void> ready = Promise.promise();
      Buffer hello = Buffer.buffer().appendByte(FloorRelay.DEVICE).appendInt(i);
      all.add(open(new End(listener, ready)).onSuccess(end -> end.send(hello)));
      all.add(ready.future());
    }
    for (int i = 0; i < senders; i++) {
      all.add(open(new End(listener, Promise.promise())).onSuccess(senderEnds::add));
    }
    return Future.all(all).mapEmpty();
  }

  private Future<WebSocketEnd> open(End end) {
    return WebSocketEnd.open(client, relay.port(), "/", "", end);
  }

  @Override
  public void send(int number) {
    senderEnds
        .get(number % senderEnds.size())
        .send(
            Buffer.buffer(1 + Integer.BYTES + Letter.BYTES)
                .appendByte(FloorRelay.SEND)
                .appendInt(number % mailboxes)
                .appendBuffer(Letter.of(number)));
  }

  @Override
  public Future<Long> waiting() {
    long waiting = 0;
    for (int i = 0; i < mailboxes; i++) {
      String stream = FloorRelay.stream(kind, i);
      waiting += (Long) Objects.requireNonNull(redis.command("XLEN", stream));
    }
    return Future.succeededFuture(waiting);
  }

  @Override
  public List<Long> servers() {
    return List.of(relay.pid());
  }

  @Override
  public List<Long> stores() {
    return List.of(redis.pid());
  }

  @Override
  public void close() {
    relay.close();
  }

  private record End(Listener listener, Promise<Void> ready) implements WebSocketEnd.Listener {
    @Override
    public void onMessage(WebSocketEnd from, Buffer message) {
      switch (message.getByte(0)) {
        case FloorRelay.SEND -> listener.onStored((int) message.getLong(1));
        case FloorRelay.MAIL -> {
          int idEnd = 2 + message.getByte(1);
          from.send(
              Buffer.buffer().appendByte(FloorRelay.ACK).appendBuffer(message.slice(2, idEnd)));
          listener.onReceived(Letter.numberAt(message, idEnd));
        }
        default -> ready.tryComplete();
      }
    }

    @Override
    public void onEnd(WebSocketEnd ended) {
      listener.onFailed("a socket ended");
    }
  }
}
