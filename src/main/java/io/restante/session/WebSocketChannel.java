package io.restante.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.PromiseInternal;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.internal.http.WebSocketInternal;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Whole binary messages on a WebSocket (RFC 6455), which after its handshake by Vert.x goes on
 * without it, on Netty's handlers. Vert.x' own socket keeps the request of the handshake, the
 * connection it came over and a queue of 5 KB for as long as it is open: most of what an idle one
 * costs. Every call is made on its event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A write that fails ends it, and that is heard.
final class WebSocketChannel extends ChannelInboundHandlerAdapter {
  /** The client's close frame had no code (RFC 6455, section 7.1.5). */
  static final int NO_CODE = 1005;

  /** The connection ended without a close frame of the client's. */
  static final int NO_CLOSE_FRAME = 1006;

  private static final int CLOSING_SECONDS_MAX = 5;

  /** Hears of one, in the context that took it over. */
  interface Listener {
    /** A whole message. */
    void onMessage(Buffer message);

    /** The client sent what is not taken here. The socket is still open. */
    void onUnreadable(CloseCode code);

    /** What is sent has room again. */
    void onRoom();

    /**
     * It has ended, in whatever way. Nothing follows.
     *
     * @param code of the client's close frame, {@link #NO_CODE} or {@link #NO_CLOSE_FRAME}
     */
    void onClosed(int code);
  }

  private final Channel channel;
  private final ContextInternal context;
  private final BudgetedFrames frames;
  private final int messageBytesMax;
  private final Runnable flush = this::flush;
  private final Handler<WebSocketFrame> onFrame = this::onFrame;
  // What one read brought after it was paused.
  private final ArrayDeque<WebSocketFrame> held = new ArrayDeque<>(1);
  private @Nullable Listener listener;
  private @Nullable ScheduledFuture<?> closing;
  private boolean paused = true;
  private boolean closeSent;
  private int closeCode = NO_CLOSE_FRAME;
  private boolean flushDue;

  private WebSocketChannel(
      Channel channel, ContextInternal context, BudgetedFrames frames, int messageBytesMax) {
    this.channel = channel;
    this.context = context;
    this.frames = frames;
    this.messageBytesMax = messageBytesMax;
  }

  /** Takes over a socket of which nothing has been read yet. */
  static WebSocketChannel of(
      ServerWebSocket socket, Context context, BudgetedFrames.Limits limits) {
    ChannelHandlerContext replaced = ((WebSocketInternal) socket).channelHandlerContext();
    Channel channel = replaced.channel();
    BudgetedFrames frames = new BudgetedFrames(limits);
    int messageBytesMax = limits.messageBytesMax();
    WebSocketChannel taken =
        new WebSocketChannel(channel, (ContextInternal) context, frames, messageBytesMax);
    channel.config().setAutoRead(false);
    channel.pipeline().replace(WebSocket13FrameDecoder.class, null, frames);
    channel
        .pipeline()
        .addBefore(replaced.name(), null, new WebSocketFrameAggregator(messageBytesMax))
        .replace(replaced.name(), null, taken);
    return taken;
  }

  /** Begins to read. */
  void open(Listener told) {
    listener = told;
    if (channel.isActive()) {
      resume();
    } else {
      context.runOnContext(ended -> told.onClosed(closeCode));
    }
  }

  /** Reads no more until it is resumed; what is being read is held. */
  void pause() {
    paused = true;
    channel.config().setAutoRead(false);
  }

  /** Reads on. */
  void resume() {
    paused = false;
    frames.resumed();
    for (WebSocketFrame frame = held.poll(); frame != null; frame = held.poll()) {
      frames.waitsNoMore(frame);
      onFrame(frame);
      if (paused) {
        return;
      }
    }
    channel.config().setAutoRead(true);
  }

  /** Sends a message; completes once it has left. */
  Future<Void> send(Buffer message) {
    if (closeSent) {
      return context.failedFuture("the socket is closed");
    }
    PromiseInternal<Void> sent = context.promise();
    ByteBuf bytes = ((BufferInternal) message).getByteBuf();
    channel.write(new BinaryWebSocketFrame(bytes)).addListener(sent);
    if (!flushDue) {
      // Once for all that is sent in one go.
      flushDue = true;
      channel.eventLoop().execute(flush);
    }
    return sent.future();
  }

  private void flush() {
    flushDue = false;
    channel.flush();
  }

  /** Whether what was sent has not left yet to a degree that no more should be. */
  boolean isFull() {
    return channel.isActive() && !channel.isWritable();
  }

  /** Says why, and awaits that the client has heard it, for some seconds. */
  void close(CloseCode code) {
    if (closeSent) {
      return;
    }
    closeSent = true;
    channel.writeAndFlush(new CloseWebSocketFrame(code.code(), code.reason()));
    closing =
        channel
            .eventLoop()
            .schedule((Runnable) channel::close, CLOSING_SECONDS_MAX, TimeUnit.SECONDS);
    resume();
  }

  @Override
  public void channelRead(ChannelHandlerContext at, Object message) {
    WebSocketFrame frame = (WebSocketFrame) message;
    if (paused) {
      held.add(frame);
      frames.waits(frame);
    } else {
      context.emit(frame, onFrame);
    }
  }

  private void onFrame(WebSocketFrame frame) {
    try {
      if (frame instanceof CloseWebSocketFrame close) {
        onClose(close);
      } else if (frame instanceof PingWebSocketFrame) {
        pong(frame);
      } else if (frame instanceof TextWebSocketFrame) {
        tell(CloseCode.MALFORMED);
      } else if (frame.content().readableBytes() > messageBytesMax) {
        tell(CloseCode.TOO_BIG);
      } else if (frame instanceof BinaryWebSocketFrame && listener != null) {
        listener.onMessage(Buffer.buffer(ByteBufUtil.getBytes(frame.content())));
      }
    } finally {
      frame.release();
    }
  }

  /** A client that does not read gets none: they would pile up. */
  private void pong(WebSocketFrame ping) {
    if (channel.isWritable()) {
      channel.writeAndFlush(new PongWebSocketFrame(ping.content().retain()));
    }
  }

  private void onClose(CloseWebSocketFrame frame) {
    int given = frame.statusCode();
    closeCode = given < 0 ? NO_CODE : given;
    if (closeSent) {
      channel.close();
    } else {
      closeSent = true;
      channel.writeAndFlush(frame.retain()).addListener(ChannelFutureListener.CLOSE);
    }
  }

  private void tell(CloseCode code) {
    if (listener != null) {
      listener.onUnreadable(code);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext at, Throwable failure) {
    if (failure instanceof TooLongFrameException) {
      context.emit(CloseCode.TOO_BIG, this::tell);
    } else if (failure instanceof CorruptedWebSocketFrameException corrupted) {
      boolean tooBig = WebSocketCloseStatus.MESSAGE_TOO_BIG.equals(corrupted.closeStatus());
      context.emit(tooBig ? CloseCode.TOO_BIG : CloseCode.MALFORMED, this::tell);
      // Nothing that follows can be read, nor will the client's answer be.
      channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    } else {
      // It has broken; what was not answered waits in the mailbox.
      channel.close();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext at) {
    if (channel.isWritable() && listener != null) {
      context.emit(listener, Listener::onRoom);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext at, Object event) {
    if (event instanceof IdleStateEvent) {
      channel.close();
    } else if (event instanceof CloseCode code) {
      context.emit(code, this::tell);
    }
    ReferenceCountUtil.release(event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext at) {
    if (closing != null) {
      closing.cancel(false);
    }
    held.forEach(WebSocketFrame::release);
    held.clear();
    closeSent = true;
    if (listener != null) {
      context.emit(listener, told -> told.onClosed(closeCode));
    }
  }
}
