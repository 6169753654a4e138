package io.restante.bench.idle;

import io.restante.bench.Population;
import io.restante.bench.ProcessCpu;
import io.restante.bench.Side;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.function.IntFunction;

/**
 * A gateway is killed with all its sockets, which reconnect to another one that has as many.
 *
 * @param jitterMs most that a client waited before
 * @param backMs from the first loss until the last device was back and heard
 * @param refused attempts that did not get a socket
 * @param survivorCpuNanos that the other gateway used meanwhile beyond what it did before
 */
record Storm(
    int sockets,
    int jitterMs,
    long backMs,
    int refused,
    long survivorCpuNanos,
    Trickle.Part sendsBefore,
    Trickle.Part sendsDuring,
    Trickle.Part fetchesBefore,
    Trickle.Part fetchesDuring) {
  private static final int CONTENT_BYTES = 1_024;
  private static final int FIRST_ADDRESS = 20;

  /** Kills a gateway that is started for it. */
  static Storm run(IdleStage stage, Side survivor, int jitterMs) {
    IdlePlan plan = stage.plan();
    int count = plan.storm;
    try (Side doomed = stage.startGateway();
        Crowd staying = stage.crowd(0, count, FIRST_ADDRESS, survivor);
        Crowd moving = stage.crowd(count, count, FIRST_ADDRESS + 1, doomed, survivor, jitterMs)) {
      staying.awaitConnected();
      moving.awaitConnected();
      Trickle sends = trickle(stage, survivor, sends(stage.trickleAccounts()));
      Trickle fetches = trickle(stage, survivor, fetches(stage.trickleAccounts()));
      // The first ones may meet code that is not compiled yet.
      stage.rest(1);
      long calm = System.nanoTime();
      long calmCpu = ProcessCpu.nanos(survivor.pid());
      stage.rest(plan.calmSeconds);
      long killedCpu = ProcessCpu.nanos(survivor.pid());
      long killed = System.nanoTime();
      doomed.program().close();
      Crowd.Back back = moving.awaitBack();
      long over = System.nanoTime();
      double usualCpu = (double) (killedCpu - calmCpu) / (killed - calm) * (over - killed);
      long cpu = (long) (ProcessCpu.nanos(survivor.pid()) - killedCpu - usualCpu);
      stage.loop().await(() -> stop(stage, sends, fetches));
      return new Storm(
          count,
          jitterMs,
          back.ms(),
          back.refused(),
          cpu,
          sends.between(calm, killed),
          sends.between(killed, over),
          fetches.between(calm, killed),
          fetches.between(killed, over));
    }
  }

  private static Trickle trickle(IdleStage stage, Side to, IntFunction<Buffer> requests) {
    return stage
        .loop()
        .await(
            () ->
                Trickle.start(
                    stage.loop().vertx(), to.port(), requests, stage.plan().tricklePerSecond));
  }

  private static Future<?> stop(IdleStage stage, Trickle sends, Trickle fetches) {
    return Future.all(sends.stop(stage.loop().vertx()), fetches.stop(stage.loop().vertx()));
  }

  private static IntFunction<Buffer> fetches(List<UUID> accounts) {
    return number -> {
      UUID target = accounts.get(number % accounts.size());
      return Buffer.buffer(
          head("GET", "/v2/keys/" + target + "/1", caller(accounts, number)) + "\r\n");
    };
  }

  private static IntFunction<Buffer> sends(List<UUID> accounts) {
    String content = Base64.getEncoder().encodeToString(new byte[CONTENT_BYTES]);
    String body =
        "{\"messages\":[{\"type\":1,\"destinationDeviceId\":1,\"destinationRegistrationId\":7,"
            + "\"content\":\""
            + content
            + "\"}],\"timestamp\":1700000000000,\"urgent\":true,\"online\":false}";
    return number -> {
      UUID target = accounts.get(number % accounts.size());
      return Buffer.buffer(
          head("PUT", "/v1/messages/" + target, caller(accounts, number))
              + "content-type: application/json\r\ncontent-length: "
              + body.length()
              + "\r\n\r\n"
              + body);
    };
  }

  /** Another one than the target, and not always the same. */
  private static UUID caller(List<UUID> accounts, int number) {
    int step = 1 + number / accounts.size() % (accounts.size() - 1);
    return accounts.get((number + step) % accounts.size());
  }

  private static String head(String method, String path, UUID caller) {
    return method
        + ' '
        + path
        + " HTTP/1.1\r\nhost: bench\r\nauthorization: Basic "
        + Population.basic(caller)
        + "\r\n";
  }
}
