package io.restante.faults;

import static org.junit.jupiter.api.Assertions.assertFalse;

import io.restante.testing.EventLoop;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Of another process, which holds a connection and never looks at it. */
class SocketsTest {
  private static final int RESET = 0;

  @Test
  void whatTheOtherSideEndedIsHeldUntilItIsClosed() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Process holder = holder(server.getLocalPort());
      Set<Integer> ports = Set.of(server.getLocalPort());
      Socket accepted = server.accept();
      try {
        assertFalse(Sockets.holdsEnded(holder.pid(), ports));
        accepted.close();
        EventLoop.until("it is ended", () -> Sockets.holdsEnded(holder.pid(), ports));
        // Such as a client's that is not being read.
        assertFalse(Sockets.holdsEnded(holder.pid(), Set.of()));
      } finally {
        holder.destroyForcibly();
      }
      EventLoop.until("it is closed", () -> !Sockets.holdsEnded(holder.pid(), ports));
    }
  }

  @Test
  void whatWasResetIsHeldWhereverItLedTo() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Process holder = holder(server.getLocalPort());
      Socket accepted = server.accept();
      try {
        assertFalse(Sockets.holdsEnded(holder.pid(), Set.of()));
        accepted.setSoLinger(true, RESET);
        accepted.close();
        EventLoop.until("it is reset", () -> Sockets.holdsEnded(holder.pid(), Set.of()));
      } finally {
        holder.destroyForcibly();
      }
    }
  }

  @Test
  void whatAClientEndedIsHeldByWhoListens() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = server.getLocalPort();
      Socket client = new Socket(InetAddress.getLoopbackAddress(), port);
      Socket accepted = server.accept();
      assertFalse(Sockets.holdsEndedAt(port));
      client.close();
      EventLoop.until("it is ended", () -> Sockets.holdsEndedAt(port));
      accepted.close();
      EventLoop.until("it is closed", () -> !Sockets.holdsEndedAt(port));
    }
  }

  private static Process holder(int port) throws IOException {
    return new ProcessBuilder("bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/" + port + "; read -r")
        .start();
  }
}
