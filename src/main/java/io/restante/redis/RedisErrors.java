package io.restante.redis;

import io.restante.protocol.GatewayException;
import io.restante.redis.RedisMetrics.Redirect;
import io.restante.redis.SlotMap.Node;
import io.vertx.redis.client.impl.types.ErrorType;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sorts Redis' error replies: not now (503), not as configured, or our own mistake. */
final class RedisErrors {
  private static final Logger LOG = LoggerFactory.getLogger(RedisErrors.class);

  /** The writes of this primary are refused until somebody frees memory, disk or replicas. */
  private static final Set<String> REFUSES_WRITES = Set.of("OOM", "MISCONF", "NOREPLICAS");

  /** This is not (or not yet) the primary to talk to. */
  private static final Set<String> WRONG_SERVER =
      Set.of("READONLY", "MASTERDOWN", "LOADING", "CLUSTERDOWN", "MOVED", "ASK", "NOAUTH");

  /** For the moment only. */
  private static final Set<String> PASSING = Set.of("BUSY", "TRYAGAIN");

  private static final Pattern MOVED = Pattern.compile("MOVED (\\d{1,5}) ");
  private static final Pattern SCRIPT_LINE = Pattern.compile("user_script:(\\d+)");

  private static final String NON_LOCAL = "attempted to access a non local key";

  private RedisErrors() {}

  /** The error's code, such as {@code OOM}. */
  static String firstWord(ErrorType error) {
    String message = error.getMessage() == null ? "" : error.getMessage();
    int space = message.indexOf(' ');
    return space < 0 ? message : message.substring(0, space);
  }

  /** The slot that another primary has, by {@code MOVED <slot> <address>}; -1 for other errors. */
  static int movedSlot(ErrorType error) {
    Matcher moved = MOVED.matcher(String.valueOf(error.getMessage()));
    return moved.lookingAt() ? Integer.parseInt(moved.group(1)) : -1;
  }

  /** What a node of a cluster says where it has not run a command; null for anything else. */
  static @Nullable Redirect redirect(ErrorType error) {
    return switch (firstWord(error)) {
      case "MOVED" -> Redirect.MOVED;
      case "ASK" -> Redirect.ASK;
      case "TRYAGAIN" -> Redirect.TRY_AGAIN;
      case "CLUSTERDOWN" -> Redirect.CLUSTER_DOWN;
      // By what each script of ours begins with (RedisScript), so nothing of it has run.
      case "ERR" -> isNonLocal(error) ? Redirect.NON_LOCAL : null;
      default -> null;
    };
  }

  private static boolean isNonLocal(ErrorType error) {
    return String.valueOf(error.getMessage()).contains(NON_LOCAL);
  }

  /**
   * The node that a {@code MOVED} or {@code ASK} names; without a host it is where it came from.
   */
  static Node target(ErrorType redirect, String fromHost) {
    String message = String.valueOf(redirect.getMessage());
    String address = message.substring(message.lastIndexOf(' ') + 1);
    int colon = address.lastIndexOf(':');
    String host = address.substring(0, colon);
    return new Node(
        host.isEmpty() ? fromHost : host, Integer.parseInt(address.substring(colon + 1)));
  }

  static boolean isNoScript(Throwable failure) {
    return isError(failure, "NOSCRIPT");
  }

  /** Whether Redis has answered with this error. */
  static boolean isError(@Nullable Throwable failure, String code) {
    return failure instanceof ErrorType error && firstWord(error).equals(code);
  }

  static boolean refusesWrites(String code) {
    return REFUSES_WRITES.contains(code);
  }

  static boolean isWrongServer(String code) {
    return WRONG_SERVER.contains(code);
  }

  /** What the caller gets for a failed command. */
  static RuntimeException toException(String command, Throwable failure) {
    if (!(failure instanceof ErrorType error)) {
      return GatewayException.redisUnavailable("Redis was lost: " + failure.getMessage());
    }
    String code = firstWord(error);
    if (refusesWrites(code) || isWrongServer(code) || PASSING.contains(code)) {
      return GatewayException.redisUnavailable("Redis refuses at the moment: " + code);
    }
    // Not the whole message: Redis repeats arguments in some.
    String message = error.getMessage() == null ? "" : error.getMessage();
    Matcher line = SCRIPT_LINE.matcher(message);
    String shape = line.find() ? code + " at line " + line.group(1) : code;
    LOG.error("redis refused a command: command={} error={}", command, shape);
    return new RedisCommandException(command, shape);
  }
}
