package io.restante.bench.mail;

import io.restante.bench.WebSocketEnd;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Letters over an MQTT broker, WebSocket and QoS 1 on both ways, in sessions that are kept. */
final class MqttPost implements Post {
  private static final String PROTOCOL = "sec-websocket-protocol: mqtt\r\n";
  private static final int IDS = 0xFFFF;

  private final Broker broker;
  private final int senders;
  private final int mailboxes;
  private final NetClient client;
  private final List<End> senderEnds = new ArrayList<>();

  /** By packet id; no more than there are ids are under way. */
  private final int[] numbers = new int[IDS + 1];

  MqttPost(Vertx vertx, Broker broker, int senders, int mailboxes) {
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
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < mailboxes; i++) {
      all.add(new End(listener, "device-" + i, topic(i)).open());
    }
    for (int i = 0; i < senders; i++) {
      End sender = new End(listener, "sender-" + i, "");
      senderEnds.add(sender);
      all.add(sender.open());
    }
    return Future.all(all).mapEmpty();
  }

  private static String topic(int mailbox) {
    return "mail/" + mailbox;
  }

  @Override
  public void send(int number) {
    senderEnds.get(number % senders).publish(number, topic(number % mailboxes));
  }

  @Override
  public Future<Long> waiting() {
    return Future.succeededFuture(-1L);
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

  private final class End implements WebSocketEnd.Listener {
    private final Listener listener;
    private final String session;
    private final String topic;
    private final Promise<Void> ready = Promise.promise();
    private final MqttPacket.Reader reader = new MqttPacket.Reader(this::onPacket);
    private @Nullable WebSocketEnd socket;

    End(Listener listener, String session, String topic) {
      this.listener = listener;
      this.session = session;
      this.topic = topic;
    }

    Future<Void> open() {
      return WebSocketEnd.open(client, broker.port(), "/mqtt", PROTOCOL, this)
          .compose(
              opened -> {
                socket = opened;
                opened.send(MqttPacket.connect(session));
                return ready.future();
              });
    }

    void publish(int number, String to) {
      int id = 1 + number % IDS;
      numbers[id] = number;
      send(MqttPacket.publish(id, to, Letter.of(number)));
    }

    @Override
    public void onMessage(WebSocketEnd from, Buffer message) {
      reader.read(message);
    }

    private void onPacket(int type, Buffer body) {
      switch (type) {
        case MqttPacket.CONNACK -> onConnected(body.getByte(1));
        case MqttPacket.SUBACK -> ready.complete();
        case MqttPacket.PUBACK -> listener.onStored(numbers[body.getUnsignedShort(0)]);
        case MqttPacket.PUBLISH -> {
          int topicEnd = MqttPacket.topicEnd(body);
          send(MqttPacket.puback(body.getUnsignedShort(topicEnd)));
          listener.onReceived(Letter.numberAt(body, topicEnd + Short.BYTES));
        }
        default -> listener.onFailed("an unexpected packet of type " + type);
      }
    }

    private void onConnected(int code) {
      if (code != 0) {
        ready.fail("the broker refuses: " + code);
      } else if (topic.isEmpty()) {
        ready.complete();
      } else {
        send(MqttPacket.subscribe(1, topic));
      }
    }

    private void send(Buffer packet) {
      Objects.requireNonNull(socket).send(packet);
    }

    @Override
    public void onEnd(WebSocketEnd ended) {
      listener.onFailed("a connection ended");
    }
  }
}
