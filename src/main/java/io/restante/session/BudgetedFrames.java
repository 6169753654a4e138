package io.restante.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import io.restante.limit.ByteBudget;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads the frames of one socket. What has come of messages that are not handed on yet is held
 * against a budget, in the memory that it takes: a frame that is not whole, the fragments of a
 * message, and what waits while the socket is paused. Where it does not fit, or does not become
 * whole in time, all of it is let go of and what follows is thrown away as it comes; the pipeline
 * is told by an event, a {@link CloseCode}. A message that comes whole in one read costs nothing.
 */
final class BudgetedFrames extends WebSocket13FrameDecoder {
  /** What this holds is not counted up to here: sockets are, and they bound it. */
  static final int SMALL_BYTES = 4 * 1024;

  /** What a frame that waits for others takes besides its payload. */
  static final int FRAME_BYTES = 256;

  /** The aggregator makes one buffer of so many fragments. */
  private static final int FRAGMENTS_MAX = 1024;

  private static final ChannelHandler DISCARD = new Discard();

  /**
   * What bounds the messages of a socket.
   *
   * @param held where what is not handed on yet is counted
   * @param stranger whether the socket has no credentials
   * @param messageBytesMax the largest message; a frame of more than twice that is not read
   * @param messageTimeoutMs how long a message may take to become whole, once it is counted
   */
  record Limits(ByteBudget held, boolean stranger, int messageBytesMax, int messageTimeoutMs) {}

  private final Limits limits;
  private boolean gathering;
  private int gatheredBytes;
  private int fragments;
  private int waitingBytes;
  private int takenBytes;
  private boolean reading;

  /** Whether a message was handed on since its clock was set. */
  private boolean moved;

  private long sinceNanos;
  private @Nullable ChannelHandlerContext at;
  private @Nullable ScheduledFuture<?> deadline;

  BudgetedFrames(Limits limits) {
    super(
        WebSocketDecoderConfig.newBuilder()
            .allowExtensions(false)
            .maxFramePayloadLength(2 * limits.messageBytesMax())
            .closeOnProtocolViolation(false)
            .build());
    this.limits = limits;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    at = added;
  }

  @Override
  public void channelRead(ChannelHandlerContext added, Object bytes) throws Exception {
    reading = true;
    try {
      super.channelRead(added, bytes);
    } finally {
      reading = false;
      settle();
    }
  }

  @Override
  protected void decode(ChannelHandlerContext added, ByteBuf in, List<Object> out)
      throws Exception {
    int before = out.size();
    super.decode(added, in, out);
    if (out.size() > before) {
      onFrame((WebSocketFrame) out.get(before));
    }
  }

  /** Follows what the aggregator behind this gathers. */
  private void onFrame(WebSocketFrame frame) {
    if (frame instanceof ContinuationWebSocketFrame) {
      int bytes = frame.content().readableBytes();
      if (frame.isFinalFragment() || gatheredBytes > limits.messageBytesMax() - bytes) {
        gathering = false;
        gatheredBytes = 0;
        fragments = 0;
        moved = true;
      } else if (gathering) {
        gatheredBytes += bytes;
        fragments++;
      }
    } else if (!frame.isFinalFragment()) {
      gathering = true;
      gatheredBytes = frame.content().readableBytes();
      fragments = 1;
    } else if (!gathering) {
      moved = true;
    }
  }

  /** A frame waits to be handed on. */
  void waits(WebSocketFrame frame) {
    waitingBytes += FRAME_BYTES + frame.content().readableBytes();
  }

  /** A frame that waited is about to be handed on. */
  void waitsNoMore(WebSocketFrame frame) {
    waitingBytes -= FRAME_BYTES + frame.content().readableBytes();
    moved = true;
    if (!reading) {
      settle();
    }
  }

  /** Reading goes on: from now on it is the client who lets it wait. */
  void resumed() {
    moved = true;
  }

  private void settle() {
    int bytes =
        internalBuffer().capacity()
            + gatheredBytes
            + Math.min(fragments, FRAGMENTS_MAX) * FRAME_BYTES
            + waitingBytes;
    if (bytes > SMALL_BYTES) {
      hold(bytes);
    } else if (takenBytes > 0) {
      release();
    }
  }

  private void hold(int bytes) {
    ChannelHandlerContext added = at;
    if (added == null || added.isRemoved()) {
      return;
    }
    if (bytes > takenBytes && !limits.held().take(limits.stranger(), bytes - takenBytes)) {
      giveUp(added, CloseCode.TRY_LATER);
      return;
    }
    if (bytes < takenBytes) {
      limits.held().giveBack(limits.stranger(), takenBytes - bytes);
    }
    if (moved || takenBytes == 0) {
      sinceNanos = System.nanoTime();
      moved = false;
    }
    takenBytes = bytes;
    if (deadline == null) {
      await(added, TimeUnit.MILLISECONDS.toNanos(limits.messageTimeoutMs()));
    }
  }

  private void release() {
    limits.held().giveBack(limits.stranger(), takenBytes);
    takenBytes = 0;
  }

  private void await(ChannelHandlerContext added, long nanos) {
    deadline = added.executor().schedule(() -> onDeadline(added), nanos, TimeUnit.NANOSECONDS);
  }

  private void onDeadline(ChannelHandlerContext added) {
    deadline = null;
    if (takenBytes == 0) {
      return;
    }
    if (moved) {
      sinceNanos = System.nanoTime();
      moved = false;
    }
    long leftNanos =
        sinceNanos + TimeUnit.MILLISECONDS.toNanos(limits.messageTimeoutMs()) - System.nanoTime();
    if (leftNanos > 0) {
      await(added, leftNanos);
    } else {
      giveUp(added, CloseCode.TOO_SLOW);
    }
  }

  /** Lets go of all that is held; nothing that follows is read as frames any more. */
  private void giveUp(ChannelHandlerContext added, CloseCode code) {
    ChannelPipeline pipeline = added.pipeline();
    pipeline.remove(WebSocketFrameAggregator.class);
    pipeline.replace(this, null, DISCARD);
    added.fireUserEventTriggered(code);
  }

  /** Also at the end of the connection, in whatever way. */
  @Override
  protected void handlerRemoved0(ChannelHandlerContext removed) {
    release();
    if (deadline != null) {
      deadline.cancel(false);
    }
  }

  /** Reads so that the client can come to an end, and to the close frame that waits for it. */
  @Sharable
  private static final class Discard extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext at, Object bytes) {
      ReferenceCountUtil.release(bytes);
    }
  }
}
