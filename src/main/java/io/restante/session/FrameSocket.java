package io.restante.session;

import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.restante.account.Caller;
import io.restante.protocol.Frame;
import io.restante.protocol.FrameCodec;
import io.restante.protocol.MalformedFrameException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Frames in and out of one WebSocket. A client with too many unanswered requests, or one that does
 * not read its answers, is not read from until it does.
 */
final class FrameSocket {
  private final ServerWebSocket socket;
  private final Tunnel tunnel;
  private final @Nullable Caller caller;
  private final String remoteAddress;
  private final int requestsInFlightMax;
  private final SessionMeters meters;
  private Consumer<Frame.Response> responses = ignored -> {};
  private int requestsInFlight;
  private boolean closing;

  FrameSocket(
      ServerWebSocket socket,
      Tunnel tunnel,
      @Nullable Caller caller,
      String remoteAddress,
      int requestsInFlightMax,
      SessionMeters meters) {
    this.socket = socket;
    this.tunnel = tunnel;
    this.caller = caller;
    this.remoteAddress = remoteAddress;
    this.requestsInFlightMax = requestsInFlightMax;
    this.meters = meters;
  }

  /** Begins to read. */
  void open(Consumer<Frame.Response> onResponse, Runnable onClose) {
    responses = onResponse;
    socket.binaryMessageHandler(this::onMessage);
    socket.textMessageHandler(text -> close(CloseCode.MALFORMED));
    socket.exceptionHandler(this::onBroken);
    socket.closeHandler(
        closed -> {
          closing = true;
          onClose.run();
        });
    socket.resume();
  }

  /** Vert.x tells what it cannot read, and drops a message that is too big but not the socket. */
  private void onBroken(Throwable failure) {
    if (failure instanceof CorruptedWebSocketFrameException corrupted) {
      boolean tooBig = WebSocketCloseStatus.MESSAGE_TOO_BIG.equals(corrupted.closeStatus());
      close(tooBig ? CloseCode.TOO_BIG : CloseCode.MALFORMED);
    } else if (failure instanceof IllegalStateException) {
      close(CloseCode.TOO_BIG);
    }
    // Any other is of a connection that has ended; what was not answered waits in the mailbox.
  }

  private void onMessage(Buffer message) {
    if (closing) {
      return;
    }
    try {
      Frame frame = FrameCodec.decode(message);
      if (frame instanceof Frame.Request request) {
        onRequest(request);
      } else if (frame instanceof Frame.Response response) {
        responses.accept(response);
      }
    } catch (MalformedFrameException malformed) {
      close(CloseCode.MALFORMED);
    }
  }

  private void onRequest(Frame.Request request) {
    requestsInFlight++;
    if (requestsInFlight >= requestsInFlightMax) {
      socket.pause();
    }
    // Counted until the answer has left, so that answers nobody reads do not pile up.
    tunnel
        .answer(request, caller, remoteAddress)
        .compose(this::send)
        .onComplete(
            sent -> {
              if (requestsInFlight-- == requestsInFlightMax && !closing) {
                socket.resume();
              }
            });
  }

  /** Sends a frame; completes once it has left. */
  Future<Void> send(Frame frame) {
    return closing
        ? Future.failedFuture("the socket is closed")
        : socket.writeBinaryMessage(FrameCodec.encode(frame));
  }

  /** Whether what was sent has not left yet to a degree that no more should be. */
  boolean isFull() {
    // It throws on a socket that is closed, from the client's close frame on.
    return !socket.isClosed() && socket.writeQueueFull();
  }

  /** Tells once there is room again. */
  void onRoom(Runnable room) {
    socket.drainHandler(drained -> room.run());
  }

  /** Whether it is closed, or about to be. */
  boolean isClosing() {
    return closing;
  }

  void close(CloseCode code) {
    if (!closing) {
      closing = true;
      meters.closed(code);
      socket.close(code.code(), code.reason());
    }
  }
}
