package io.restante.redis;

import io.netty.buffer.ByteBuf;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.redis.client.Response;

/** The bytes of a bulk reply: the parser has copied them already, so they need no copy of ours. */
public final class BulkBytes {
  private BulkBytes() {}

  /** The bytes of a bulk reply that nobody else keeps. */
  public static byte[] of(Response bulk) {
    ByteBuf bytes = ((BufferInternal) bulk.toBuffer()).getByteBuf();
    boolean whole =
        bytes.hasArray()
            && bytes.arrayOffset() + bytes.readerIndex() == 0
            && bytes.array().length == bytes.readableBytes();
    return whole ? bytes.array() : bulk.toBytes();
  }
}
