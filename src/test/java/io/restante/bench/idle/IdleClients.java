package io.restante.bench.idle;

import io.restante.bench.Population;
import io.restante.bench.WebSocketEnd;
import io.restante.protocol.Frame;
import io.restante.protocol.FrameCodec;
import io.restante.protocol.MalformedFrameException;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * A process with many sockets of devices that do nothing but keep alive. What a gateway that ends
 * leaves behind reconnects to another one. It says what it has done in lines on standard output.
 */
@Command(name = "idle-clients", sortOptions = false)
final class IdleClients implements Callable<Integer> {
  private static final int TICK_MS = 20;
  private static final int RETRY_MS = 200;
  private static final int ANSWERS_SECONDS_MAX = 10;
  private static final Buffer KEEPALIVE =
      FrameCodec.encode(new Frame.Request(1, "GET", "/v1/keepalive", List.of(), null));

  @Option(names = "--accounts", description = "File with an ACI in each line.")
  private Path accounts = Path.of("");

  @Option(names = "--from", description = "The first of them.")
  private int from;

  @Option(names = "--count", description = "How many.")
  private int count;

  @Option(names = "--source", description = "Address that they come from.")
  private String source = "";

  @Option(names = "--port", description = "Where they connect.")
  private int port;

  @Option(names = "--then", description = "Where they reconnect; 0: they do not.")
  private int thenPort;

  @Option(names = "--jitter", description = "Most milliseconds before they do.")
  private int jitterMs;

  @Option(names = "--connecting", description = "At a time, at the beginning.")
  private int connectingMax;

  @Option(names = "--keepalive", description = "Seconds.")
  private int keepaliveSeconds;

  private final SplittableRandom random = new SplittableRandom();
  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private Device[] devices = {};
  private NetClient client = vertx.createNetClient();
  private int begun;
  private int ready;
  private int answered;
  private int lost;
  private int refused;
  private long beganNanos;
  private long keptAlive;
  private long aliveSinceNanos;

  /** Options: see the fields. */
  public static void main(String[] args) {
    int status = new CommandLine(new IdleClients()).execute(args);
    if (status != 0) {
      System.exit(status);
    }
  }

  @Override
  public Integer call() throws Exception {
    client =
        vertx.createNetClient(new NetClientOptions().setTcpNoDelay(true).setLocalAddress(source));
    List<String> lines = Files.readAllLines(accounts).subList(from, from + count);
    devices = lines.stream().map(UUID::fromString).map(Device::new).toArray(Device[]::new);
    Runtime.getRuntime().addShutdownHook(new Thread(this::tell));
    context.runOnContext(
        go -> {
          beganNanos = System.nanoTime();
          while (begun < Math.min(count, connectingMax)) {
            devices[begun++].connect(port);
          }
        });
    return 0;
  }

  /** Tells what there is once every keepalive that is due by now is answered. */
  private void tell() {
    CountDownLatch all = new CountDownLatch(1);
    context.runOnContext(
        go -> {
          long due = due();
          vertx.setPeriodic(
              TICK_MS,
              id -> {
                if (answered >= due) {
                  all.countDown();
                }
              });
        });
    try {
      boolean unused = all.await(ANSWERS_SECONDS_MAX, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    System.out.println("ended open=" + (ready - lost) + " answered=" + answered);
  }

  /** How many keepalives are due by now. */
  private long due() {
    return aliveSinceNanos == 0
        ? 0
        : millisSince(aliveSinceNanos) * count / (keepaliveSeconds * 1_000L);
  }

  private static long millisSince(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
  }

  /** Evenly over the period, with one timer for all. */
  private void beginKeepalives() {
    aliveSinceNanos = System.nanoTime();
    vertx.setPeriodic(
        TICK_MS,
        id -> {
          long due = due();
          for (; keptAlive < due; keptAlive++) {
            devices[(int) (keptAlive % count)].keepAlive();
          }
        });
  }

  private final class Device implements WebSocketEnd.Listener {
    private final UUID aci;
    private @Nullable WebSocketEnd socket;
    private boolean isReady;

    Device(UUID aci) {
      this.aci = aci;
    }

    void connect(int to) {
      String headers = "authorization: Basic " + Population.basic(aci) + "\r\n";
      WebSocketEnd.open(client, to, "/v1/websocket/", headers, this)
          .onSuccess(opened -> socket = opened)
          .onFailure(this::onRefused);
    }

    void keepAlive() {
      if (isReady && socket != null) {
        socket.send(KEEPALIVE);
      }
    }

    private void onRefused(Throwable failure) {
      refused++;
      if (lost == 0) {
        System.out.println("failed " + failure);
        System.exit(1);
      }
      reconnect(RETRY_MS);
    }

    private void reconnect(int atLeastMs) {
      int spreadMs = Math.max(atLeastMs, jitterMs);
      if (spreadMs == 0) {
        connect(thenPort);
      } else {
        vertx.setTimer(1 + random.nextInt(spreadMs), id -> connect(thenPort));
      }
    }

    @Override
    public void onMessage(WebSocketEnd from, Buffer message) {
      try {
        Frame frame = FrameCodec.decode(message);
        if (frame instanceof Frame.Request request) {
          from.send(
              FrameCodec.encode(new Frame.Response(request.id(), 200, "OK", List.of(), null)));
          onReady();
        } else if (frame instanceof Frame.Response response && response.status() == 200) {
          answered++;
        }
      } catch (MalformedFrameException e) {
        System.out.println("failed " + e);
        System.exit(1);
      }
    }

    /** The gateway has said that nothing waits: it hears the doorbell. */
    private void onReady() {
      if (isReady) {
        return;
      }
      isReady = true;
      ready++;
      if (begun < count) {
        devices[begun++].connect(port);
      } else if (ready == count) {
        beginKeepalives();
        System.out.println("connected ms=" + millisSince(beganNanos));
      } else if (ready == 2 * count) {
        System.out.println("back ms=" + millisSince(beganNanos) + " refused=" + refused);
      }
    }

    @Override
    public void onEnd(WebSocketEnd ended) {
      isReady = false;
      socket = null;
      lost++;
      if (lost == 1) {
        beganNanos = System.nanoTime();
      }
      if (thenPort != 0) {
        reconnect(0);
      }
    }
  }
}
