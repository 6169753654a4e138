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
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Stands between a client and a server of 127.0.0.1 and loses what it is told to: the replies of
 * single connections, which stay open all the same, or whole connections.
 */
public final class TcpRelay implements AutoCloseable {
  private static final int CHUNK_BYTES = 64 * 1024;

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
      sent.append(text);
    }

    synchronized boolean hasSent(String text) {
      return sent.indexOf(text) >= 0;
    }
  }

  private final ServerSocket listening;
  private volatile int target;
  private final List<Pair> pairs = new CopyOnWriteArrayList<>();

  /** Relays to this port. */
  public TcpRelay(int target) {
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

  /** From now on, loses every reply to the open connections on which this text was ever sent. */
  public void muteThoseThatSent(String text) {
    for (Pair pair : pairs) {
      pair.mute = pair.mute || pair.hasSent(text);
    }
  }

  /** From now on, leads new connections to this port. */
  public void leadTo(int port) {
    target = port;
  }

  /** Ends every open connection. */
  public void cut() {
    pairs.forEach(TcpRelay::end);
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
        // Closed, or the target is away: the client sees its end.
      }
    }
  }

  private void relay(Socket client) throws IOException {
    try {
      Pair pair = new Pair(client, new Socket(InetAddress.getLoopbackAddress(), target));
      client.setTcpNoDelay(true);
      pair.server.setTcpNoDelay(true);
      pairs.add(pair);
      start(() -> copy(pair, true));
      start(() -> copy(pair, false));
    } catch (IOException e) {
      client.close();
      throw e;
    }
  }

  private void copy(Pair pair, boolean upwards) {
    byte[] chunk = new byte[CHUNK_BYTES];
    try {
      InputStream in = (upwards ? pair.client : pair.server).getInputStream();
      OutputStream out = (upwards ? pair.server : pair.client).getOutputStream();
      for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
        if (upwards) {
          pair.note(new String(chunk, 0, read, StandardCharsets.ISO_8859_1));
        }
        if (upwards || !pair.mute) {
          out.write(chunk, 0, read);
        }
      }
    } catch (IOException e) {
      // One side is gone, and so is the other.
    }
    end(pair);
  }

  private static void end(Pair pair) {
    try (pair.client;
        pair.server) {
      pair.mute = true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void start(Runnable run) {
    Thread thread = new Thread(run, "tcp-relay");
    thread.setDaemon(true);
    thread.start();
  }
}
