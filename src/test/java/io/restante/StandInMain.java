package io.restante;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;

/**
 * The program with a gateway that opens nothing, for {@link MainIT} to run as a process: what is
 * under test is how a process begins and ends. Its first argument is what the gateway does when it
 * is stopped: {@code stops} or {@code hangs}.
 */
final class StandInMain {
  /** For one that hangs it is waited in vain; whoever stops has not that much to do. */
  private static final int STOP_SECONDS_MAX = 2;

  private StandInMain() {}

  public static void main(String[] args) {
    Future<Void> stop =
        args[0].equals("stops") ? Future.succeededFuture() : Promise.<Void>promise().future();
    String[] rest = List.of(args).subList(1, args.length).toArray(String[]::new);
    Main.run((config, clock) -> Future.succeededFuture(new StandIn(stop)), STOP_SECONDS_MAX, rest);
  }

  private record StandIn(Future<Void> stopped) implements Serving {
    @Override
    public String publicUrl() {
      return "http://127.0.0.1:1";
    }

    @Override
    public String managementUrl() {
      return "http://127.0.0.1:2";
    }

    @Override
    public Future<Void> stop() {
      return stopped;
    }
  }
}
