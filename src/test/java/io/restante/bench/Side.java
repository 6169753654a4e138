package io.restante.bench;

import io.restante.testing.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server under load, a process of its own. It ends with this process, however that ends.
 *
 * @param name in the report
 */
public record Side(String name, Program program, int port) implements AutoCloseable {
  private static final Pattern READY = Pattern.compile("ready public=http://127.0.0.1:(\\d+).*");
  private static final int STARTS_MAX = 5;

  /** How long servers wait for Redis, on a disk that may be slow: a refusal would void a run. */
  public static final int REDIS_TIMEOUT_MS = 10_000;

  /** Awaits the line in which the server says where it listens. */
  public static Side awaiting(String name, Program program) {
    Runtime.getRuntime().addShutdownHook(new Thread(program::close));
    String line = program.line();
    Matcher ready = READY.matcher(line);
    if (!ready.matches()) {
      program.terminate();
      String why = program.err();
      program.close();
      throw new IllegalStateException(name + " does not start: " + line + why);
    }
    return new Side(name, program, Integer.parseInt(ready.group(1)));
  }

  /**
   * Starts the gateway with everything on; its limits let a load through, and count.
   *
   * @param jvm more options of its Java
   * @param durability of its Redis
   * @param more settings, which win
   */
  public static Side gateway(
      String name, List<String> jvm, String redisUrl, String durability, List<String> more) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "http.port=0",
                "management.port=0",
                "redis.mode=standalone",
                "redis.urls=" + redisUrl,
                "redis.durability=" + durability,
                "redis.timeout-ms=" + REDIS_TIMEOUT_MS,
                "limits.caller-burst=10000",
                "limits.caller-per-hour=360000",
                "limits.device-burst=10000",
                "limits.device-per-hour=360000",
                "limits.sender-burst=10000",
                "limits.sender-per-hour=360000",
                "limits.uploader-burst=10000",
                "limits.uploader-per-hour=360000",
                "limits.registration-burst=10000",
                "limits.registration-per-hour=360000",
                "registration.mode=open",
                "log.level=warn"));
    settings.addAll(more);
    List<String> args = new ArrayList<>(List.of("serve"));
    settings.forEach(setting -> args.addAll(List.of("--set", setting)));
    for (int i = 1; ; i++) {
      try {
        return awaiting(name, Program.jar(jvm, args));
      } catch (IllegalStateException e) {
        // A gateway gives up where it is not ready in time, which on a busy machine it is not.
        if (i == STARTS_MAX) {
          throw e;
        }
      }
    }
  }

  /** The process id. */
  public long pid() {
    return program.handle().pid();
  }

  @Override
  public void close() {
    program.close();
  }
}
