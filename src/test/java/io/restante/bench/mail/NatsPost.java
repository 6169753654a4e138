package io.restante.bench.mail;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Letters over NATS JetStream, over TCP: one work queue on disk, from which an ack deletes, and a
 * durable consumer with explicit acks for each mailbox.
 */
final class NatsPost implements Post {
  private static final String STREAM =
      "{\"name\":\"MAIL\",\"subjects\":[\"mail.*\"],\"retention\":\"workqueue\","
          + "\"storage\":\"file\",\"num_replicas\":1,\"discard\":\"old\",\"max_consumers\":-1,"
          + "\"max_msgs\":-1,\"max_bytes\":-1,\"max_age\":0}";
  private static final String API = "$JS.API.";
  private static final String ASKED = "asked.";
  private static final String STORED = "stored.";
  private static final long ACK_WAIT_NANOS = 30_000_000_000L;

  private final Broker broker;
  private final int senders;
  private final int mailboxes;
  private final NetClient client;
  private final List<End> senderEnds = new ArrayList<>();

  NatsPost(Vertx vertx, Broker broker, int senders, int mailboxes) {
    this.broker = broker;
    this.senders = senders;
    this.mailboxes = mailboxes;
    this.client = vertx.createNetClient(new NetClientOptions().setTcpNoDelay(true));
  }

  @Override
  public String name() {
    return broker.name();
  }

  @Override
  public Future<Void> connect(Listener listener) {
    List<Future<End>> ends = new ArrayList<>();
    for (int i = 0; i < senders; i++) {
      ends.add(open(listener, "inbox-" + i + ".>"));
    }
    List<Future<?>> devices = new ArrayList<>();
    return Future.all(ends)
        .compose(
            opened -> {
              ends.forEach(end -> senderEnds.add(end.result()));
              return senderEnds.get(0).ask("STREAM.CREATE.MAIL", STREAM);
            })
        .compose(
            created -> {
              for (int i = 0; i < mailboxes; i++) {
                int mailbox = i;
                devices.add(
                    open(listener, "box." + i)
                        .compose(
                            end ->
                                senderEnds.get(0).ask(consumerPath(mailbox), consumer(mailbox))));
              }
              return Future.all(devices).mapEmpty();
            });
  }

  private static String consumerPath(int mailbox) {
    return "CONSUMER.DURABLE.CREATE.MAIL.device-" + mailbox;
  }

  private static String consumer(int mailbox) {
    JsonObject config =
        new JsonObject()
            .put("durable_name", "device-" + mailbox)
            .put("deliver_subject", "box." + mailbox)
            .put("filter_subject", "mail." + mailbox)
            .put("deliver_policy", "all")
            .put("replay_policy", "instant")
            .put("ack_policy", "explicit")
            .put("ack_wait", ACK_WAIT_NANOS)
            .put("max_deliver", -1);
    return new JsonObject().put("stream_name", "MAIL").put("config", config).encode();
  }

  private Future<End> open(Listener listener, String subject) {
    return client
        .connect(broker.port(), "127.0.0.1")
        .compose(
            socket -> {
              End end = new End(listener, socket, subject);
              return end.ready.future().map(end);
            });
  }

  @Override
  public void send(int number) {
    senderEnds.get(number % senders).publish(number, "mail." + number % mailboxes);
  }

  @Override
  public Future<Long> waiting() {
    return senderEnds
        .get(0)
        .ask("STREAM.INFO.MAIL", "")
        .map(info -> info.getJsonObject("state").getLong("messages"));
  }

  @Override
  public List<Long> servers() {
    return List.of(broker.pid());
  }

  @Override
  public List<Long> stores() {
    return List.of();
  }

  @Override
  public void close() {
    broker.close();
  }

  /** A connection of a sender, with an inbox, or of a device, with what its consumer delivers. */
  private static final class End implements NatsReader.Listener {
    private final Listener listener;
    private final NetSocket socket;
    private final String inbox;
    private final Promise<Void> ready = Promise.promise();
    private final Map<String, Promise<JsonObject>> asked = new HashMap<>();
    private int asks;

    End(Listener listener, NetSocket socket, String subject) {
      this.listener = listener;
      this.socket = socket;
      this.inbox = subject.replace(">", "");
      NatsReader reader = new NatsReader(this);
      socket.handler(reader::read).closeHandler(gone -> listener.onFailed("a connection ended"));
      socket.write(
          "CONNECT {\"verbose\":false,\"pedantic\":false,\"tls_required\":false,\"lang\":\"java\","
              + "\"version\":\"1\",\"protocol\":1}\r\nSUB "
              + subject
              + " 1\r\nPING\r\n");
    }

    void publish(int number, String subject) {
      write(subject, inbox + STORED + number, Letter.of(number));
    }

    Future<JsonObject> ask(String path, String request) {
      String subject = inbox + ASKED + asks++;
      Promise<JsonObject> answer = Promise.promise();
      asked.put(subject, answer);
      write(API + path, subject, Buffer.buffer(request));
      return answer.future();
    }

    private void write(String subject, @Nullable String reply, Buffer payload) {
      String head = "PUB " + subject + (reply == null ? " " : ' ' + reply + ' ') + payload.length();
      socket.write(
          Buffer.buffer(head.length() + payload.length() + 4)
              .appendString(head)
              .appendString("\r\n")
              .appendBuffer(payload)
              .appendString("\r\n"));
    }

    @Override
    public void onMessage(String subject, String reply, Buffer payload) {
      if (subject.startsWith(inbox + ASKED)) {
        onAnswer(Objects.requireNonNull(asked.remove(subject)), new JsonObject(payload));
      } else if (subject.startsWith(inbox + STORED)) {
        onStored(Integer.parseInt(subject.substring((inbox + STORED).length())), payload);
      } else {
        write(reply, null, Buffer.buffer("+ACK"));
        listener.onReceived(Letter.numberAt(payload, 0));
      }
    }

    private static void onAnswer(Promise<JsonObject> to, JsonObject answer) {
      if (answer.containsKey("error")) {
        to.fail("refused: " + answer.getJsonObject("error").getString("description"));
      } else {
        to.complete(answer);
      }
    }

    private void onStored(int number, Buffer answer) {
      // {"stream":"MAIL", "seq":1}, or {"error":...}
      if (answer.toString().contains("\"error\"")) {
        listener.onFailed("a publication was refused");
      } else {
        listener.onStored(number);
      }
    }

    @Override
    public void onLine(String line) {
      if (line.equals("PING")) {
        socket.write("PONG\r\n");
      } else if (line.equals("PONG")) {
        ready.tryComplete();
      } else if (line.startsWith("-ERR")) {
        listener.onFailed(line);
      }
    }
  }
}
