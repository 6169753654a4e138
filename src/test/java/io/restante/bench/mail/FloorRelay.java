package io.restante.bench.mail;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import org.jspecify.annotations.Nullable;

/**
 * The least that a stored delivery can be on these parts: a letter comes in a WebSocket message and
 * goes into a stream by {@code XADD}, {@code SPUBLISH} rings, {@code XRANGE} reads, the letter
 * leaves in a WebSocket message, and the ack is an {@code XDEL}. Bare bytes, no names, credentials,
 * limits, devices, windows, deadlines, metrics or expiry, and nothing is done about errors.
 *
 * <p>Messages begin with a byte that tells what they are. In: {@code D} and a mailbox, a device is
 * here; {@code S}, a mailbox and a letter; {@code A} and a stream id, an ack. Out: {@code D}, it
 * would hear; {@code S} and a number, it is stored; {@code M}, length of the id, id and letter.
 */
final class FloorRelay extends VerticleBase {
  static final byte DEVICE = 'D';
  static final byte SEND = 'S';
  static final byte MAIL = 'M';
  static final byte ACK = 'A';

  private static final int READ_MAX = 100;

  private final String redisUrl;
  private final FloorStore.Client client;
  private @Nullable FloorStore store;

  private FloorRelay(String redisUrl, FloorStore.Client client) {
    this.redisUrl = redisUrl;
    this.client = client;
  }

  /** Arguments: address of Redis, client. Prints a line when it serves. */
  public static void main(String[] args) {
    Vertx vertx = Vertx.vertx();
    FloorStore.Client client = FloorStore.Client.valueOf(args[1]);
    vertx
        .deployVerticle(
            () -> new FloorRelay(args[0], client),
            new DeploymentOptions().setInstances(Runtime.getRuntime().availableProcessors()))
        .onFailure(
            failure -> {
              System.err.println("the floor does not start: " + failure);
              System.exit(1);
            });
  }

  @Override
  public Future<?> start() {
    return FloorStore.open(vertx, redisUrl, client)
        .compose(
            opened -> {
              store = opened;
              return vertx
                  .createHttpServer(new HttpServerOptions().setHost("127.0.0.1").setPort(-1))
                  .webSocketHandler(socket -> new Connection(opened, socket))
                  .listen();
            })
        .onSuccess(
            server -> System.out.println("ready public=http://127.0.0.1:" + server.actualPort()));
  }

  @Override
  public Future<?> stop() {
    return store == null ? Future.succeededFuture() : store.close();
  }

  /** The stream of a mailbox; its tag is the mailbox. */
  static String stream(FloorStore.Client client, int mailbox) {
    return tag(client, mailbox) + "mail";
  }

  private static String tag(FloorStore.Client client, int mailbox) {
    return "{floor-" + client + '-' + mailbox + "}:";
  }

  /** One WebSocket, of a sender or of a device. */
  private final class Connection {
    private final FloorStore store;
    private final ServerWebSocket socket;
    private String mail = "";
    private String cursor = "0-0";
    private boolean reading;
    private boolean rung;

    Connection(FloorStore store, ServerWebSocket socket) {
      this.store = store;
      this.socket = socket;
      socket.binaryMessageHandler(this::onMessage);
    }

    private void onMessage(Buffer message) {
      switch (message.getByte(0)) {
        case SEND -> store(message.getInt(1), message.slice(1 + Integer.BYTES, message.length()));
        case ACK ->
            store.send(
                Request.cmd(Command.XDEL).arg(mail).arg(message.getString(1, message.length())));
        default -> listen(message.getInt(1));
      }
    }

    private void listen(int mailbox) {
      mail = stream(client, mailbox);
      store
          .hear(tag(client, mailbox) + "bell", this::read)
          .onSuccess(heard -> socket.writeBinaryMessage(Buffer.buffer().appendByte(DEVICE)));
    }

    private void store(int mailbox, Buffer letter) {
      long number = letter.getLong(0);
      String bell = tag(client, mailbox) + "bell";
      store.send(
          Request.cmd(Command.XADD).arg(stream(client, mailbox)).arg("*").arg("e").arg(letter),
          added -> socket.writeBinaryMessage(Buffer.buffer(9).appendByte(SEND).appendLong(number)));
      store.send(Request.cmd(Command.SPUBLISH).arg(bell).arg("n"));
    }

    private void read() {
      if (reading) {
        rung = true;
        return;
      }
      reading = true;
      rung = false;
      store.send(
          Request.cmd(Command.XRANGE)
              .arg(mail)
              .arg('(' + cursor)
              .arg("+")
              .arg("COUNT")
              .arg(READ_MAX),
          this::deliver);
    }

    private void deliver(Response entries) {
      for (Response entry : entries) {
        cursor = entry.get(0).toString();
        Buffer letter = entry.get(1).get(1).toBuffer();
        socket.writeBinaryMessage(
            Buffer.buffer(2 + cursor.length() + letter.length())
                .appendByte(MAIL)
                .appendByte((byte) cursor.length())
                .appendString(cursor)
                .appendBuffer(letter));
      }
      reading = false;
      if (rung) {
        read();
      }
    }
  }
}
