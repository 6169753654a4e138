package io.restante.testing.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.restante.testing.wire.Wire.Request;
import io.restante.testing.wire.Wire.Response;
import io.restante.testing.wire.Wire.SocketFrame;
import io.restante.testing.wire.Wire.WireEnvelope;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A client's end of a socket: takes what the gateway sends in order, acks what it is told to, and
 * carries requests. It acks nothing by itself.
 */
public final class ClientSocket implements Channel, AutoCloseable {
  /** The upgrade was refused with this status. */
  public static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final int status;

    Refused(int status) {
      super("upgrade refused: " + status);
      this.status = status;
    }

    /** The HTTP status. */
    public int status() {
      return status;
    }
  }

  /** What a socket that ended without a close frame is said to have (RFC 6455, section 7.1.5). */
  private static final int ABNORMAL = 1006;

  private final LinkedBlockingQueue<Incoming> incoming = new LinkedBlockingQueue<>();
  private final Map<Long, CompletableFuture<Answer>> asked = new ConcurrentHashMap<>();
  private final CompletableFuture<Integer> closed = new CompletableFuture<>();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final AtomicLong nextId = new AtomicLong(1);
  private final WebSocket socket;
  private CompletableFuture<?> sent = CompletableFuture.completedFuture(null);

  private ClientSocket(URI uri, @Nullable String authorization, Map<String, String> headers) {
    WebSocket.Builder builder = HttpChannel.CLIENT.newWebSocketBuilder();
    headers.forEach(builder::header);
    if (authorization != null) {
      builder.header("Authorization", authorization);
    }
    try {
      socket = Waiting.answer("upgrade", builder.buildAsync(uri, new Ears()));
    } catch (CompletionException e) {
      if (e.getCause() instanceof WebSocketHandshakeException refused) {
        throw new Refused(refused.getResponse().statusCode());
      }
      throw e;
    }
  }

  /**
   * Opens a socket.
   *
   * @param url of the gateway, with http or https
   * @param pathAndQuery such as {@code /v1/websocket/}
   * @param authorization null for an anonymous socket
   * @throws Refused where the gateway does not upgrade
   */
  public static ClientSocket open(String url, String pathAndQuery, @Nullable String authorization) {
    return open(url, pathAndQuery, authorization, Map.of());
  }

  /** Opens a socket with further headers on the upgrade. */
  public static ClientSocket open(
      String url,
      String pathAndQuery,
      @Nullable String authorization,
      Map<String, String> headers) {
    return new ClientSocket(
        URI.create("ws" + url.substring(4) + pathAndQuery), authorization, headers);
  }

  /** The next request of the gateway. */
  public Incoming next() {
    return Waiting.next("a request of the gateway", incoming, this::ending);
  }

  /** How it has ended, for whoever waits in vain; empty while it is open. */
  private String ending() {
    Throwable cause = failure.get();
    return closed.isDone()
        ? " (closed with " + closed.join() + (cause == null ? ")" : ", " + cause + ")")
        : "";
  }

  /** The next request, which must bring an envelope; it is not acked. */
  public Incoming nextMessage() {
    Incoming next = next();
    if (!next.isMessage()) {
      throw new AssertionError("no message, but " + next.request().getPath());
    }
    return next;
  }

  /** The next request, which must bring an envelope; it is acked. */
  public WireEnvelope take() {
    Incoming next = nextMessage();
    ack(next);
    return next.envelope();
  }

  /** The next request, which must be the end of what waited; it is answered 200. */
  public void awaitQueueEmpty() {
    Incoming next = next();
    if (!next.isQueueEmpty()) {
      throw new AssertionError("no end of the queue, but " + next.request().getPath());
    }
    ack(next);
  }

  /** How many requests of the gateway are here and not yet looked at. */
  public int unread() {
    return incoming.size();
  }

  /** Answers a request 200. */
  public void ack(Incoming request) {
    answer(request, 200);
  }

  /** Answers a request. */
  public void answer(Incoming request, int status) {
    Response response =
        Response.newBuilder()
            .setId(request.request().getId())
            .setStatus(status)
            .setMessage("")
            .build();
    SocketFrame frame =
        SocketFrame.newBuilder().setType(SocketFrame.Type.RESPONSE).setResponse(response).build();
    write(ByteBuffer.wrap(frame.toByteArray()), true);
  }

  @Override
  public CompletableFuture<Answer> send(Ask ask) {
    return send(ask, Integer.MAX_VALUE);
  }

  /** Sends a request in fragments of a message, each of so many bytes (RFC 6455, section 5.4). */
  public CompletableFuture<Answer> send(Ask ask, int fragmentBytes) {
    long id = nextId.getAndIncrement();
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    asked.put(id, answer);
    byte[] message = message(ask, id);
    synchronized (this) {
      for (int from = 0; from < message.length; from += Math.min(fragmentBytes, message.length)) {
        int length = Math.min(fragmentBytes, message.length - from);
        write(ByteBuffer.wrap(message, from, length), from + length == message.length);
      }
    }
    if (closed.isDone()) {
      failClosed(answer);
    }
    return answer;
  }

  /** Bytes of the message that carries a request, give or take those of a longer id. */
  public static int messageBytes(Ask ask) {
    return message(ask, 1).length;
  }

  private static byte[] message(Ask ask, long id) {
    Request.Builder request =
        Request.newBuilder().setId(id).setVerb(ask.method()).setPath(ask.path());
    ask.headers().forEach((name, value) -> request.addHeaders(name + ": " + value));
    if (ask.body() != null) {
      request.setBody(ByteString.copyFrom(ask.body()));
    }
    return SocketFrame.newBuilder()
        .setType(SocketFrame.Type.REQUEST)
        .setRequest(request)
        .build()
        .toByteArray();
  }

  private synchronized void write(ByteBuffer bytes, boolean last) {
    sent = sent.thenCompose(done -> socket.sendBinary(bytes, last));
  }

  /** Awaits the end and returns its close code, 1006 where there was none. */
  public int closeCode() {
    return Waiting.result("the end of the socket", closed);
  }

  /** Whether it is closed. */
  public boolean isClosed() {
    return closed.isDone();
  }

  /** Closes it with 1000 and awaits the gateway's answer. */
  @Override
  public void close() {
    synchronized (this) {
      sent =
          sent.handle((done, failure) -> done)
              .thenCompose(done -> socket.sendClose(WebSocket.NORMAL_CLOSURE, ""))
              .exceptionally(
                  failure -> {
                    closed.complete(ABNORMAL);
                    return socket;
                  });
    }
    closeCode();
  }

  /** Drops the connection, as a phone does that loses its network. */
  public void drop() {
    socket.abort();
    closed.complete(ABNORMAL);
  }

  private void take(byte[] bytes) {
    SocketFrame frame;
    try {
      frame = SocketFrame.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError("no frame", e);
    }
    if (frame.getType() == SocketFrame.Type.REQUEST) {
      incoming.add(new Incoming(frame.getRequest()));
      return;
    }
    Response response = frame.getResponse();
    CompletableFuture<Answer> answer = asked.remove(response.getId());
    if (answer == null) {
      throw new AssertionError("an answer to nothing: " + response.getId());
    }
    Map<String, String> headers = new TreeMap<>();
    for (String header : response.getHeadersList()) {
      String[] parts = header.split(": ", 2);
      headers.put(parts[0].toLowerCase(Locale.ROOT), parts[1]);
    }
    answer.complete(new Answer(response.getStatus(), headers, response.getBody().toByteArray()));
  }

  private void end(int code) {
    closed.complete(code);
    asked.forEach((id, answer) -> failClosed(answer));
  }

  private void failClosed(CompletableFuture<Answer> answer) {
    answer.completeExceptionally(new IllegalStateException("no answer" + ending(), failure.get()));
  }

  private final class Ears implements WebSocket.Listener {
    private final ByteArrayOutputStream message = new ByteArrayOutputStream();

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
      byte[] part = new byte[data.remaining()];
      data.get(part);
      message.writeBytes(part);
      if (last) {
        byte[] whole = message.toByteArray();
        message.reset();
        take(whole);
      }
      from.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
      end(code);
      return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
      failure.set(error);
      end(ABNORMAL);
    }
  }
}
