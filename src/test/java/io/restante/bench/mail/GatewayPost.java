package io.restante.bench.mail;

import io.restante.bench.Population;
import io.restante.bench.Side;
import io.restante.bench.WebSocketEnd;
import io.restante.protocol.Envelope;
import io.restante.protocol.EnvelopeCodec;
import io.restante.protocol.Frame;
import io.restante.protocol.FrameCodec;
import io.restante.protocol.MalformedFrameException;
import io.restante.redis.AccountKeys;
import io.restante.testing.RedisProcess;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/** Letters as envelopes of the gateway: sent inside the senders' sockets, to devices' sockets. */
final class GatewayPost implements Post {
  private static final List<String> JSON = List.of("Content-Type: application/json");
  private static final String BEGIN =
      "{\"messages\":[{\"type\":1,\"destinationDeviceId\":1,\"destinationRegistrationId\":7,"
          + "\"content\":\"";

  /** The number's bytes and one more: whole groups of base64. */
  private static final int HEAD_BYTES = Long.BYTES + 1;

  private final String name;
  private final List<Side> gateways;
  private final RedisProcess redis;
  private final List<UUID> senders;
  private final List<UUID> mailboxes;
  private final NetClient client;
  private final byte[] body;
  private final List<WebSocketEnd> senderEnds = new ArrayList<>();

  /** Senders are with the first of these gateways, devices with the last. */
  GatewayPost(
      String name,
      Vertx vertx,
      List<Side> gateways,
      RedisProcess redis,
      List<UUID> senders,
      List<UUID> mailboxes) {
    this.name = name;
    this.gateways = gateways;
    this.redis = redis;
    this.senders = senders;
    this.mailboxes = mailboxes;
    this.client = vertx.createNetClient(new NetClientOptions().setTcpNoDelay(true));
    String content = Base64.getEncoder().encodeToString(Letter.of(0).getBytes());
    this.body =
        (BEGIN + content + "\"}],\"timestamp\":1700000000000,\"urgent\":true,\"online\":false}")
            .getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Future<Void> connect(Listener listener) {
    int devicesPort = gateways.get(gateways.size() - 1).port();
    List<Future<?>> all = new ArrayList<>();
    for (UUID mailbox : mailboxes) {
      Promise<Void> ready = Promise.promise();
      all.add(openSocket(client, devicesPort, mailbox, new DeviceEnd(listener, ready)));
      all.add(ready.future());
    }
    all.add(connectSenders(listener));
    return Future.all(all).mapEmpty();
  }

  /** Connects the senders alone. */
  Future<Void> connectSenders(Listener listener) {
    List<Future<?>> all = new ArrayList<>();
    for (UUID sender : senders) {
      DeviceEnd device = new DeviceEnd(listener, Promise.promise());
      all.add(
          openSocket(client, gateways.get(0).port(), sender, device).onSuccess(senderEnds::add));
    }
    return Future.all(all).mapEmpty();
  }

  /** Opens the socket of an account's primary device. */
  static Future<WebSocketEnd> openSocket(
      NetClient client, int port, UUID account, WebSocketEnd.Listener device) {
    String headers = "authorization: Basic " + Population.basic(account) + "\r\n";
    return WebSocketEnd.open(client, port, "/v1/websocket/", headers, device);
  }

  @Override
  public void send(int number) {
    senderEnds
        .get(number % senderEnds.size())
        .send(sending(number, mailboxes.get(number % mailboxes.size())));
  }

  private Buffer sending(int number, UUID mailbox) {
    byte[] head = Letter.of(number).getBytes(0, HEAD_BYTES);
    byte[] text = Base64.getEncoder().encode(head);
    System.arraycopy(text, 0, body, BEGIN.length(), text.length);
    return FrameCodec.encode(
        new Frame.Request(number, "PUT", "/v1/messages/" + mailbox, JSON, Buffer.buffer(body)));
  }

  @Override
  public Future<Long> waiting() {
    long waiting = 0;
    for (UUID mailbox : mailboxes) {
      String key = AccountKeys.of(mailbox).mail(1);
      waiting += (Long) Objects.requireNonNull(redis.command("XLEN", key));
    }
    return Future.succeededFuture(waiting);
  }

  @Override
  public List<Long> servers() {
    return gateways.stream().map(Side::pid).toList();
  }

  @Override
  public List<Long> stores() {
    return List.of(redis.pid());
  }

  @Override
  public void close() {
    gateways.forEach(Side::close);
  }

  /** A device that acks what it gets, and hears what became of what it sent. */
  record DeviceEnd(Listener listener, Promise<Void> ready) implements WebSocketEnd.Listener {
    @Override
    public void onMessage(WebSocketEnd from, Buffer message) {
      try {
        Frame frame = FrameCodec.decode(message);
        if (frame instanceof Frame.Request request) {
          onRequest(from, request);
        } else if (frame instanceof Frame.Response response) {
          onResponse(response);
        }
      } catch (MalformedFrameException e) {
        listener.onFailed("a frame that is none");
      }
    }

    private void onRequest(WebSocketEnd from, Frame.Request request) {
      from.send(FrameCodec.encode(new Frame.Response(request.id(), 200, "OK", List.of(), null)));
      if (request.path().equals("/api/v1/message")) {
        Buffer body = Objects.requireNonNull(request.body());
        Envelope envelope = EnvelopeCodec.decode(body).orElseThrow();
        listener.onReceived(Letter.numberAt(Objects.requireNonNull(envelope.content()), 0));
      } else {
        ready.tryComplete();
      }
    }

    private void onResponse(Frame.Response response) {
      if (response.status() == 200) {
        listener.onStored((int) response.id());
      } else {
        listener.onFailed("a send was answered " + response.status());
      }
    }

    @Override
    public void onEnd(WebSocketEnd ended) {
      listener.onFailed("a socket ended");
    }
  }
}
