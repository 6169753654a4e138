package io.restante.bench.mail;

import io.restante.testing.EventLoop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A broker of Debian's, as a process of its own with a folder of its own. It ends with this
 * process, however that ends.
 *
 * @param name in the report
 */
record Broker(String name, Process process, int port, Path folder) implements AutoCloseable {
  /** Those there are, with the Debian package of the same name. */
  enum Kind {
    /** MQTT over WebSocket; letters are in memory, and written to a file every half hour. */
    MOSQUITTO("mosquitto"),
    /** JetStream over TCP; letters are written to files, which are synced every two minutes. */
    NATS("nats-server");

    private final String program;

    Kind(String program) {
      this.program = program;
    }

    /** The program's name, and the package's. */
    String program() {
      return program;
    }
  }

  private static final List<String> FOLDERS = List.of("/usr/sbin", "/usr/bin", "/usr/local/bin");
  private static final int STARTS_MAX = 5;
  private static final String LOG = "log";

  /** Starts it; empty where it is not installed. */
  static Optional<Broker> start(Kind kind) {
    Optional<Path> program =
        FOLDERS.stream()
            .map(folder -> Path.of(folder, kind.program()))
            .filter(Files::isExecutable)
            .findFirst();
    return program.map(path -> start(kind, path));
  }

  /** Once more where it has ended by itself: another may have taken its port meanwhile. */
  private static Broker start(Kind kind, Path program) {
    for (int i = 1; ; i++) {
      Broker broker = launch(kind, program);
      EventLoop.until(
          kind.program() + " listens", () -> broker.listens() || !broker.process.isAlive());
      if (broker.process.isAlive()) {
        return broker;
      }
      String log = broker.log();
      broker.close();
      if (i == STARTS_MAX) {
        throw new IllegalStateException(kind.program() + " has ended by itself: " + log);
      }
    }
  }

  private static Broker launch(Kind kind, Path program) {
    try {
      Path folder = Files.createTempDirectory("restante-" + kind.program());
      int port = freePort();
      Path config = folder.resolve("config");
      Files.writeString(
          config, kind == Kind.MOSQUITTO ? mosquitto(port, folder) : nats(port, folder));
      Process process =
          new ProcessBuilder(program.toString(), "-c", config.toString())
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve(LOG).toFile())
              .start();
      Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
      return new Broker(kind.program(), process, port, folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * With a second listener, as 2.0 does not start with one for WebSockets alone, and IPv4, as
   * otherwise libwebsockets takes the address for a flow label and listens everywhere.
   */
  private static String mosquitto(int port, Path folder) throws IOException {
    return String.join(
        "\n",
        "user root",
        "listener " + freePort() + " 127.0.0.1",
        "listener " + port + " 127.0.0.1",
        "protocol websockets",
        "socket_domain ipv4",
        "allow_anonymous true",
        "persistence true",
        "persistence_location " + folder + "/",
        "max_queued_messages 0",
        "set_tcp_nodelay true",
        "log_type error",
        "");
  }

  private static String nats(int port, Path folder) {
    return "listen: 127.0.0.1:" + port + "\njetstream { store_dir: \"" + folder + "\" }\n";
  }

  private static int freePort() throws IOException {
    try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return any.getLocalPort();
    }
  }

  private boolean listens() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  private String log() {
    try {
      return Files.readString(folder.resolve(LOG));
    } catch (IOException e) {
      return "(no log)";
    }
  }

  long pid() {
    return process.pid();
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> all = new ArrayList<>(files.toList());
      for (int i = all.size() - 1; i >= 0; i--) {
        Files.deleteIfExists(all.get(i));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
