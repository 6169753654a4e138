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
 * not read its answers, is not read from until it does. Once it ends, for whatever reason, that is
 * counted.
 */
final class FrameSocket implements WebSocketChannel.Listener {
  private final WebSocketChannel channel;
  private final Tunnel tunnel;
  private final @Nullable Caller caller;
  private final String remoteAddress;
  private final SessionConfig config;
  private final SessionMeters meters;
  private Consumer<Frame.Response> responses = ignored -> {};
  private Runnable onRoom = () -> {};
  private Runnable onClose = () -> {};
  private int requestsInFlight;
  private long answerBytes;
  private boolean paused;
  private boolean closing;

  /** Why it is closed, null while nothing here has closed it. */
  private @Nullable CloseCode closedWith;

  /** Why it is closed once all requests under way are answered. */
  private @Nullable CloseCode endsWith;

  FrameSocket(
      WebSocketChannel channel,
      Tunnel tunnel,
      @Nullable Caller caller,
      String remoteAddress,
      SessionConfig config,
      SessionMeters meters) {
    this.channel = channel;
    this.tunnel = tunnel;
    this.caller = caller;
    this.remoteAddress = remoteAddress;
    this.config = config;
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
    if (!closing) {
      meters.unreadable(code);
    }
    close(code);
  }

  @Override
  public void onRoom() {
    onRoom.run();
  }

  @Override
  public void onClosed(int code) {
    closing = true;
    meters.closed(closedWith == null ? code : closedWith.code());
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
        if (endsWith == null) {
          onRequest(request);
        }
      } else if (frame instanceof Frame.Response response) {
        responses.accept(response);
      }
    } catch (MalformedFrameException malformed) {
      close(CloseCode.MALFORMED);
    }
  }

  private void onRequest(Frame.Request request) {
    requestsInFlight++;
    pauseOrResume();
    // Counted until the answer has left, so that answers nobody reads do not pile up.
    tunnel
        .answer(request, caller, remoteAddress)
        .compose(this::sendAnswer)
        .onComplete(
            sent -> {
              requestsInFlight--;
              CloseCode last = endsWith;
              if (last != null && requestsInFlight == 0) {
                close(last);
              }
              pauseOrResume();
            });
  }

  private Future<Void> sendAnswer(Frame.Response answer) {
    if (closing) {
      return closed();
    }
    Buffer bytes = FrameCodec.encode(answer);
    int length = bytes.length();
    answerBytes += length;
    pauseOrResume();
    return channel.send(bytes).onComplete(sent -> answerBytes -= length);
  }

  private void pauseOrResume() {
    boolean full =
        requestsInFlight >= config.requestsInFlightMax() || answerBytes >= config.answerBytesMax();
    if (closing || full == paused) {
      return;
    }
    paused = full;
    if (full) {
      channel.pause();
    } else {
      channel.resume();
    }
  }

  private static Future<Void> closed() {
    return Future.failedFuture("the socket is closed");
  }

  /** Sends a frame; completes once it has left. */
  Future<Void> send(Frame frame) {
    return closing ? closed() : channel.send(FrameCodec.encode(frame));
  }

  /** Whether what was sent has not left yet to a degree that no more should be. */
  boolean isFull() {
    return channel.isFull();
  }

  /** Whether it is closed, or about to be. */
  boolean isClosing() {
    return closing;
  }

  /**
   * Takes no requests from now on, and closes once those under way are answered.
   *
   * @return whether any are; it is for the caller not to wait for too long
   */
  boolean closeAnswered(CloseCode code) {
    if (requestsInFlight == 0) {
      close(code);
    } else if (endsWith == null) {
      endsWith = code;
    }
    return !closing;
  }

  void close(CloseCode code) {
    if (!closing) {
      closing = true;
      closedWith = code;
      channel.close(code);
    }
  }
}
