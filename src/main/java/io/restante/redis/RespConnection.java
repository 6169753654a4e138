package io.restante.redis;

import io.vertx.core.Completable;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.CommandImpl;
import io.vertx.redis.client.impl.ParserHandler;
import io.vertx.redis.client.impl.RESPEncoder;
import io.vertx.redis.client.impl.RESPParser;
import io.vertx.redis.client.impl.RequestImpl;
import io.vertx.redis.client.impl.types.ErrorType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One socket to Redis, used on its event loop only. Commands of one tick leave in one write, and
 * their answers come in order.
 *
 * <p>It takes the place of the Vert.x client's own connection, whose encoding and parsing it
 * shares: that one writes each command by itself, which costs Redis several times the CPU.
 *
 * <p>The protocol is RESP2 (<a
 * href="https://redis.io/docs/latest/develop/reference/protocol-spec/">RESP specification</a>):
 * every reply answers the oldest command, and a subscribed connection gets messages only.
 */
final class RespConnection implements ParserHandler {
  /** The connection has ended; whatever it had not answered may or may not have run. */
  static final class EndedException extends RuntimeException {
    EndedException(String why) {
      super(why, null, false, false);
    }
  }

  /** A command that waits for its answer. */
  private record Waiting(Completable<@Nullable Response> answer, long sentNanos, int bytes) {}

  private static final int NESTING_MAX = 16;
  private static final int BATCH_BYTES_GUESS_MIN = 512;
  private static final int BATCH_BYTES_GUESS_MAX = 64 * 1024;
  private static final byte[] LINE_END = "\r\n".getBytes(StandardCharsets.US_ASCII);

  private final Context context;
  private final NetSocket socket;
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private @Nullable Buffer unsent;
  private int batchBytesGuess = BATCH_BYTES_GUESS_MIN;
  private long waitingBytes;
  private @Nullable Consumer<Response> listener;
  private @Nullable Consumer<EndedException> endHandler;
  private @Nullable EndedException ended;
  private ServerFacts server = ServerFacts.UNKNOWN;
  private @Nullable History history;

  /** Takes over a connected socket of the current event loop. */
  RespConnection(NetSocket socket) {
    Context current = Vertx.currentContext();
    if (current == null || !current.isEventLoopContext()) {
      throw new IllegalStateException("not on an event loop");
    }
    this.context = current;
    this.socket = socket;
    socket
        .handler(new RESPParser(this, NESTING_MAX))
        .closeHandler(v -> end(new EndedException("connection closed")))
        .exceptionHandler(e -> end(new EndedException("connection failed")));
  }

  /** What is at the other end, as far as it has told. */
  ServerFacts server() {
    return server;
  }

  /** The other end has told of itself. */
  void greeted(ServerFacts facts) {
    server = facts;
  }

  /** Whose writes the other end has; null until that is known. */
  @Nullable History history() {
    return history;
  }

  /** The other end's writes are of this history. */
  RespConnection belongsTo(History known) {
    history = known;
    return this;
  }

  /** Sends a command; its answer may be null (nil), or an {@link ErrorType} as the failure. */
  void send(Request request, Completable<@Nullable Response> answer) {
    if (ended != null) {
      answer.fail(ended);
      return;
    }
    int bytes = write(request);
    waitingBytes += bytes;
    waiting.addLast(new Waiting(answer, System.nanoTime(), bytes));
  }

  /** Sends a command. */
  Future<@Nullable Response> send(Request request) {
    Promise<@Nullable Response> answer = Promise.promise();
    send(request, answer);
    return answer.future();
  }

  /** Sends a command whose confirmation, if any, goes to the listener. */
  void sendWithoutAnswer(Request request) {
    if (ended == null) {
      write(request);
    }
  }

  /** From now on replies that no command waits for go here. */
  void listen(Consumer<Response> listener) {
    this.listener = listener;
  }

  /** Called once, when the connection ends, before whatever waits fails. */
  void onEnd(Consumer<EndedException> handler) {
    if (ended != null) {
      handler.accept(ended);
    } else {
      endHandler = handler;
    }
  }

  /** Commands without an answer so far. */
  int waitingCount() {
    return waiting.size();
  }

  /** Bytes of the commands without an answer so far. */
  long waitingBytes() {
    return waitingBytes;
  }

  /** When the oldest command without an answer was sent; {@code otherwise} where there is none. */
  long oldestNanos(long otherwise) {
    Waiting oldest = waiting.peek();
    return oldest == null ? otherwise : oldest.sentNanos();
  }

  /** Ends the connection now; whatever waits fails with this reason. */
  void close(String why) {
    end(new EndedException(why));
  }

  private int write(Request request) {
    if (unsent == null) {
      // As long as those before were: a buffer that has to grow copies what it has.
      unsent = Buffer.buffer(batchBytesGuess);
      // At the end of this round of the loop, so that all of the round shares one write.
      context.runOnContext(v -> flush());
    }
    int before = unsent.length();
    List<byte[]> args = ((RequestImpl) request).getArgs();
    unsent
        .appendByte((byte) '*')
        .appendBytes(RESPEncoder.numToBytes(args.size() + 1L))
        .appendBytes(LINE_END)
        .appendBytes(((CommandImpl) request.command()).getBytes());
    for (byte[] arg : args) {
      unsent
          .appendByte((byte) '$')
          .appendBytes(RESPEncoder.numToBytes(arg.length))
          .appendBytes(LINE_END)
          .appendBytes(arg)
          .appendBytes(LINE_END);
    }
    return unsent.length() - before;
  }

  private void flush() {
    Buffer batch = unsent;
    unsent = null;
    if (batch != null && ended == null) {
      int atLeast = Math.max(BATCH_BYTES_GUESS_MIN, batchBytesGuess / 2);
      batchBytesGuess = Math.min(BATCH_BYTES_GUESS_MAX, Math.max(atLeast, batch.length()));
      socket.write(batch).onFailure(e -> end(new EndedException("write failed")));
    }
  }

  @Override
  public void handle(@Nullable Response reply) {
    Waiting oldest = waiting.poll();
    if (oldest == null) {
      if (listener != null && reply != null) {
        listener.accept(reply);
      } else {
        end(new EndedException("a reply that nobody asked for"));
      }
      return;
    }
    waitingBytes -= oldest.bytes();
    if (reply instanceof ErrorType error) {
      oldest.answer().fail(error);
    } else {
      oldest.answer().succeed(reply);
    }
  }

  @Override
  public void fail(Throwable failure) {
    end(new EndedException("unreadable reply"));
  }

  private void end(EndedException why) {
    if (ended != null) {
      return;
    }
    ended = why;
    unsent = null;
    waitingBytes = 0;
    socket.close();
    Consumer<EndedException> handler = endHandler;
    endHandler = null;
    if (handler != null) {
      handler.accept(why);
    }
    for (Waiting each = waiting.poll(); each != null; each = waiting.poll()) {
      each.answer().fail(why);
    }
  }
}
