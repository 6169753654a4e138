package io.restante.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Scanner;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for servers that come back to theirs. They are none of those that the machine gives to
 * whoever connects, or listens at any port: one of these may have it while the server is away.
 */
final class FreePort {
  private static final Path GIVEN_BY_THE_MACHINE =
      Path.of("/proc/sys/net/ipv4/ip_local_port_range");
  private static final int FIRST = 10_000;
  private static final int TRIES_MAX = 100;
  private static final int ANY = 0;

  private FreePort() {}

  /** A port of 127.0.0.1 that nobody listens on at the moment. */
  static int next() {
    int end = givenFrom();
    for (int i = 0; i < TRIES_MAX && end > FIRST; i++) {
      try {
        return bound(ThreadLocalRandom.current().nextInt(FIRST, end));
      } catch (IOException e) {
        // Somebody's; the next one.
      }
    }
    try {
      return bound(ANY);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int bound(int port) throws IOException {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** The first port that the machine gives to anybody; 0 where it does not tell. */
  private static int givenFrom() {
    // Not byte by byte: the kernel tells all in one read, or nothing.
    try (Scanner range = new Scanner(Files.newBufferedReader(GIVEN_BY_THE_MACHINE))) {
      return range.hasNextInt() ? range.nextInt() : 0;
    } catch (IOException e) {
      return 0;
    }
  }
}
