package io.restante.session;

import io.restante.account.Caller;
import io.restante.protocol.Frame;
import io.restante.protocol.FrameCodec;
import io.restante.protocol.MalformedFrameException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Frames in and out of one WebSocket. A client with too many unanswered requests, or one that does
 * not read its answers, is not read from until it does.
 */
final class FrameSocket implements WebSocketChannel.Listener {
  private final WebSocketChannel channel;
  private final Tunnel tunnel;
  private final @Nullable Caller caller;
  private final String remoteAddress;
  private final int requestsInFlightMax;
  private final SessionMeters meters;
  private Consumer<Frame.Response> responses = ignored -> {};
  private Runnable onRoom = () -> {};
  private Runnable onClose = () -> {};
  private int requestsInFlight;
  private boolean closing;

  FrameSocket(
      WebSocketChannel channel,
      Tunnel tunnel,
      @Nullable Caller caller,
      String remoteAddress,
      int requestsInFlightMax,
      SessionMeters meters) {
    this.channel = channel;
    this.tunnel = tunnel;
    this.caller = caller;
    this.remoteAddress = remoteAddress;
    this.requestsInFlightMax = requestsInFlightMax;
    this.meters = meters;
  }

  /** Begins to read. */
  void open(Consumer<Frame.Response> onResponse, Runnable onRoom, Runnable onClose) {
    responses = onResponse;
    this.onRoom = onRoom;
    this.onClose = onClose;
    channel.open(this);
  }

  @Override
  public void onUnreadable(CloseCode code) {
    close(code);
  }

  @Override
  public void onRoom() {
    onRoom.run();
  }

  @Override
  public void onClosed() {
    closing = true;
    onClose.run();
  }

  @Override
  public void onMessage(Buffer message) {
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
      channel.pause();
    }
    // Counted until the answer has left, so that answers nobody reads do not pile up.
    tunnel
        .answer(request, caller, remoteAddress)
        .compose(this::send)
        .onComplete(
            sent -> {
              if (requestsInFlight-- == requestsInFlightMax && !closing) {
                channel.resume();
              }
            });
  }

  /** Sends a frame; completes once it has left. */
  Future<Void> send(Frame frame) {
    return closing
        ? Future.failedFuture("the socket is closed")
        : channel.send(FrameCodec.encode(frame));
  }

  /** Whether what was sent has not left yet to a degree that no more should be. */
  boolean isFull() {
    return channel.isFull();
  }

  /** Whether it is closed, or about to be. */
  boolean isClosing() {
    return closing;
  }

  void close(CloseCode code) {
    if (!closing) {
      closing = true;
      meters.closed(code);
      channel.close(code);
    }
  }
}
