package io.restante.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a client and a server of 127.0.0.1 and loses what it is told to: the replies of
 * single connections, which stay open all the same, all that goes one way, or whole connections. It
 * can be told to do something after exactly so many more bytes.
 */
public final class TcpRelay implements AutoCloseable {
  private static final int CHUNK_BYTES = 64 * 1024;
  private static final int NOTED_CHARS_MAX = 1024 * 1024;

  /** Where bytes go to. */
  public enum Way {
    /** From the client to the server. */
    UP,
    /** From the server to the client. */
    DOWN
  }

  /** What is done once this many more bytes have gone this way. */
  private static final class Trap {
    private final Way way;
    private final Runnable action;
    private long bytesLeft;

    Trap(Way way, long bytes, Runnable action) {
      this.way = way;
      this.bytesLeft = bytes;
      this.action = action;
    }

    /** Counts bytes that come; answers after which of them it springs, nothing if it does not. */
    synchronized OptionalInt springsAfter(Way coming, int bytes) {
      if (coming != way || bytesLeft < 0) {
        return OptionalInt.empty();
      }
      long left = bytesLeft - bytes;
      int at = (int) Math.min(bytesLeft, bytes);
      bytesLeft = left;
      if (left > 0) {
        return OptionalInt.empty();
      }
      // Never again.
      bytesLeft = -1;
      return OptionalInt.of(at);
    }
  }

  private static final class Pair {
    final Socket client;
    final Socket server;
    private final StringBuilder sent = new StringBuilder();
    volatile boolean mute;

    Pair(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }

    synchronized void note(String text) {
      if (sent.length() < NOTED_CHARS_MAX) {
        sent.append(text);
      }
    }

    synchronized boolean hasSent(String text) {
      return sent.indexOf(text) >= 0;
    }
  }

  private final ServerSocket listening;
  private volatile IntSupplier target;
  private volatile Set<Way> lost = Set.of();
  private final AtomicReference<@Nullable Trap> trap = new AtomicReference<>();
  private final List<Pair> pairs = new CopyOnWriteArrayList<>();
  private final AtomicInteger cuts = new AtomicInteger();

  /** Relays to this port. */
  public TcpRelay(int target) {
    this(() -> target);
  }

  /** Relays each connection to the port that is named then; 0 for none, which ends it. */
  public TcpRelay(IntSupplier target) {
    this.target = target;
    try {
      listening = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    start(this::accept);
  }

  /** Where to connect to. */
  public int port() {
    return listening.getLocalPort();
  }

  /** From now on, on all connections, loses all bytes that go these ways. */
  public void lose(Set<Way> ways) {
    lost = ways;
  }

  /** Loses nothing more, springs no trap, and ends the connections that may have lost something. */
  public void heal() {
    lost = Set.of();
    trap.set(null);
    cut();
  }

  /** Does this once, as soon as exactly so many more bytes have gone this way, and before more. */
  public void after(Way way, long bytes, Runnable action) {
    trap.set(new Trap(way, bytes, action));
  }

  /** From now on, loses every reply to the open connections on which this text was ever sent. */
  public void muteThoseThatSent(String text) {
    for (Pair pair : pairs) {
      pair.mute = pair.mute || pair.hasSent(text);
    }
  }

  /** From now on, leads new connections to this port. */
  public void leadTo(int port) {
    target = () -> port;
  }

  /** Connections that are open. */
  public int connections() {
    return pairs.size();
  }

  /** Ends every open connection, and those that are being made. */
  public void cut() {
    cuts.incrementAndGet();
    pairs.forEach(this::end);
  }

  @Override
  public void close() {
    try {
      listening.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    cut();
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        relay(listening.accept());
      } catch (IOException e) {
        // Closed.
      }
    }
  }

  private void relay(Socket client) throws IOException {
    int cutsBefore = cuts.get();
    try {
      Pair pair = new Pair(client, new Socket(InetAddress.getLoopbackAddress(), target.getAsInt()));
      client.setTcpNoDelay(true);
      pair.server.setTcpNoDelay(true);
      pairs.add(pair);
      if (cuts.get() != cutsBefore) {
        end(pair);
      }
      start(() -> copy(pair, Way.UP));
      start(() -> copy(pair, Way.DOWN));
    } catch (IOException | RuntimeException e) {
      // The target is away, or there is none: the client sees its end, and others are relayed.
      client.close();
    }
  }

  private void copy(Pair pair, Way way) {
    byte[] chunk = new byte[CHUNK_BYTES];
    // What lost something loses all that follows: no stream goes on behind a gap.
    boolean gap = false;
    try {
      InputStream in = (way == Way.UP ? pair.client : pair.server).getInputStream();
      OutputStream out = (way == Way.UP ? pair.server : pair.client).getOutputStream();
      for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
        if (way == Way.UP) {
          pair.note(new String(chunk, 0, read, StandardCharsets.ISO_8859_1));
        }
        gap |= lost.contains(way) || (way == Way.DOWN && pair.mute);
        if (!gap) {
          forward(way, chunk, read, out);
        }
      }
    } catch (IOException e) {
      // One side is gone, and so is the other.
    }
    end(pair);
  }

  private void forward(Way way, byte[] chunk, int length, OutputStream out) throws IOException {
    Trap set = trap.get();
    OptionalInt springsAfter = set == null ? OptionalInt.empty() : set.springsAfter(way, length);
    int first = springsAfter.orElse(length);
    out.write(chunk, 0, first);
    if (set != null && springsAfter.isPresent()) {
      set.action.run();
      out.write(chunk, first, length - first);
    }
  }

  private void end(Pair pair) {
    try (pair.client;
        pair.server) {
      pair.mute = true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      // Last: what is not among them any more has ended, also for whoever cuts them all.
      pairs.remove(pair);
    }
  }

  private static void start(Runnable run) {
    Thread thread = new Thread(run, "tcp-relay");
    thread.setDaemon(true);
    thread.start();
  }
}
