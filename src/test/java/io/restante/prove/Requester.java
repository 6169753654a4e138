package io.restante.prove;

import io.restante.faults.Line;
import io.restante.testing.client.Answer;
import io.restante.testing.client.Ask;
import io.restante.testing.client.Channel;
import io.restante.testing.client.ClientSocket;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Asks any of several gateways, over HTTP or inside one socket, each request once. Used by one
 * thread.
 */
final class Requester implements AutoCloseable {
  /** How a request goes, and whether its answer is waited for. */
  enum Manner {
    HTTP,
    SOCKET,
    HANG_UP
  }

  private static final int ANSWER_SECONDS_MAX = 10;
  private static final int LOOK_MS = 50;

  private final List<Line> lines;
  private final List<Integer> ports;
  private @Nullable ClientSocket socket;
  private int socketAt = -1;
  private @Nullable String socketAs;

  /** Of gateways at these ports of 127.0.0.1. */
  Requester(List<Integer> ports) {
    this.ports = ports;
    this.lines = ports.stream().map(Line::new).toList();
  }

  /**
   * Asks.
   *
   * @param as value of {@code Authorization}, null for an anonymous request
   * @return null where no answer came; what refused the socket, where it was to go through one
   */
  @Nullable Answer ask(int gateway, Manner manner, @Nullable String as, Ask ask) {
    Ask signed = as == null ? ask : ask.with("Authorization", as);
    try {
      return switch (manner) {
        case HTTP -> lines.get(gateway).ask(signed);
        case SOCKET -> inSocket(gateway, as, ask);
        case HANG_UP -> {
          lines.get(gateway).askAndHangUp(signed);
          yield null;
        }
      };
    } catch (IOException e) {
      return null;
    }
  }

  /** What carries requests to a gateway over HTTP, for a phone; no answer is a failure. */
  Channel channel(int gateway) {
    return lines.get(gateway).channel();
  }

  private Answer inSocket(int gateway, @Nullable String as, Ask ask) throws IOException {
    ClientSocket open;
    try {
      open = socket(gateway, as);
    } catch (ClientSocket.Refused refused) {
      return new Answer(refused.status(), Map.of(), new byte[0]);
    }
    CompletableFuture<Answer> answer = open.send(ask);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(ANSWER_SECONDS_MAX);
    while (System.nanoTime() < deadline) {
      try {
        return answer.get(LOOK_MS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        // A request that was sent as the socket ended is never answered.
        if (open.isClosed()) {
          break;
        }
      } catch (ExecutionException e) {
        break;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    dropSocket();
    throw new IOException("no answer");
  }

  private ClientSocket socket(int gateway, @Nullable String as) throws IOException {
    boolean fits = gateway == socketAt && (as == null ? socketAs == null : as.equals(socketAs));
    if (socket == null || socket.isClosed() || !fits) {
      dropSocket();
      try {
        socket = ClientSocket.open("http://127.0.0.1:" + ports.get(gateway), "/v1/websocket/", as);
      } catch (ClientSocket.Refused e) {
        throw e;
      } catch (RuntimeException e) {
        throw new IOException(e);
      }
      socketAt = gateway;
      socketAs = as;
    }
    return socket;
  }

  private void dropSocket() {
    if (socket != null) {
      socket.drop();
      socket = null;
    }
  }

  @Override
  public void close() {
    dropSocket();
    lines.forEach(Line::close);
  }
}
