package io.restante.bench.mail;

import io.restante.bench.Side;
import io.restante.bench.WebSocketEnd;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import java.util.List;
import java.util.UUID;

/** Many envelopes that wait for one device, and how fast it gets and acks them all. */
final class Backlog implements Post.Listener {
  /**
   * One device's return.
   *
   * @param nanos from the connect to the last envelope and the word that nothing waits any more
   */
  record Drain(int envelopes, long nanos, long serverCpuNanos, long storeCpuNanos) {
    double perSecond() {
      return envelopes * 1e9 / nanos;
    }

    double cpuMicros() {
      return (serverCpuNanos + storeCpuNanos) / 1e3 / envelopes;
    }
  }

  /** Requests of one socket that a gateway answers at a time. */
  private static final int IN_FLIGHT = 32;

  private final int envelopes;
  private final Promise<Void> filled = Promise.promise();
  private final Promise<Void> drained = Promise.promise();
  private Runnable more = () -> {};
  private int sent;
  private int stored;
  private int received;

  private Backlog(int envelopes) {
    this.envelopes = envelopes;
  }

  /** Fills a mailbox, then has its device come back. */
  static Drain drain(MailStage stage, Side gateway, int envelopes) {
    Backlog backlog = new Backlog(envelopes);
    List<UUID> sender = stage.accounts(1);
    List<UUID> mailbox = stage.accounts(1);
    Vertx vertx = stage.loop().vertx();
    GatewayPost post =
        new GatewayPost("backlog", vertx, List.of(gateway), stage.redis(), sender, mailbox);
    stage.loop().await(() -> backlog.fill(post));
    NetClient client = vertx.createNetClient(new NetClientOptions().setTcpNoDelay(true));
    long server = Post.cpuNanos(post.servers());
    long store = Post.cpuNanos(post.stores());
    long began = System.nanoTime();
    stage.loop().await(() -> backlog.comeBack(client, gateway.port(), mailbox.get(0)));
    long nanos = System.nanoTime() - began;
    stage.awaitEmpty(post);
    Drain drain =
        new Drain(
            envelopes,
            nanos,
            Post.cpuNanos(post.servers()) - server,
            Post.cpuNanos(post.stores()) - store);
    stage.loop().await(client::close);
    return drain;
  }

  private Future<Void> fill(GatewayPost post) {
    more =
        () -> {
          while (sent < envelopes && sent - stored < IN_FLIGHT) {
            post.send(sent++);
          }
        };
    return post.connectSenders(this)
        .compose(
            connected -> {
              more.run();
              return filled.future();
            });
  }

  private Future<Void> comeBack(NetClient client, int port, UUID account) {
    Promise<Void> queueEmpty = Promise.promise();
    Future<WebSocketEnd> opened =
        GatewayPost.openSocket(client, port, account, new GatewayPost.DeviceEnd(this, queueEmpty));
    return Future.all(opened, queueEmpty.future(), drained.future()).mapEmpty();
  }

  @Override
  public void onStored(int number) {
    stored++;
    more.run();
    if (stored == envelopes) {
      filled.complete();
    }
  }

  @Override
  public void onReceived(int number) {
    received++;
    if (received == envelopes) {
      drained.complete();
    }
  }

  @Override
  public void onFailed(String why) {
    filled.tryFail(why);
    drained.tryFail(why);
  }
}
