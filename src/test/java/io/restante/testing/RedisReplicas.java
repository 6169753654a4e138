package io.restante.testing;

import io.restante.redis.RedisConfig;
import io.restante.redis.RedisConfig.Durability;
import io.restante.redis.RedisUrl;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * A primary with replicas and nobody who watches them. Clients come through a relay, which stands
 * for an address that moves.
 */
public final class RedisReplicas implements AutoCloseable {
  /** A port at which nobody listens. */
  private static final int NOBODY = 1;

  private final RedisProcess primary;
  private final List<RedisProcess> replicas = new ArrayList<>();
  private final List<RedisProcess> followers = new ArrayList<>();
  private final TcpRelay address;
  private long asked;

  /** Starts all and awaits that every replica follows. */
  public RedisReplicas(int count) {
    String password = RedisProcess.randomPassword();
    primary = node(password).start();
    address = new TcpRelay(primary.port());
    for (int i = 0; i < count; i++) {
      RedisProcess replica = node(password).start();
      replicas.add(replica);
      replica.command("REPLICAOF", "127.0.0.1", primary.port());
    }
    awaitFollowing(count);
  }

  private static RedisProcess node(String password) {
    return new RedisProcess(password)
        .setting("masterauth", password)
        .setting("repl-diskless-sync-delay", "0")
        .setting("repl-ping-replica-period", "1");
  }

  /** Awaits that so many replicas are in step with the primary. */
  public void awaitFollowing(int count) {
    EventLoop.until(count + " replicas", () -> following() == count);
  }

  private long following() {
    return ((List<?>) Objects.requireNonNull(((List<?>) role()).get(2))).size();
  }

  private Object role() {
    return Objects.requireNonNull(primary.command("ROLE"));
  }

  /** How often the primary ran {@code INFO}, without the one that asks. */
  public long infoCalls() {
    String stats = String.valueOf(primary.command("INFO", "commandstats"));
    String line =
        stats.lines().filter(each -> each.startsWith("cmdstat_info:calls=")).findFirst().orElse("");
    asked++;
    return line.isEmpty()
        ? 0
        : Long.parseLong(line.substring(line.indexOf('=') + 1, line.indexOf(','))) - asked + 1;
  }

  /** The first primary. */
  public RedisProcess primary() {
    return primary;
  }

  /** The replicas. */
  public List<RedisProcess> replicas() {
    return List.copyOf(replicas);
  }

  /** What a gateway's connection needs, through the address that moves; with all patience. */
  public RedisConfig config(Durability... durability) {
    String url = "redis://:" + primary.password() + "@127.0.0.1:" + address.port();
    return RedisConfig.standalone(RedisUrl.parse(url), Set.of(durability))
        .withLimits(RedisServerExtension.TIMEOUT_MS, RedisConfig.IN_FLIGHT_MAX)
        .withStartTimeout(RedisServerExtension.START_MS);
  }

  /** Has a replica follow nobody, as one that cannot reach its primary: it gets nothing more. */
  public void cutOff(int replica) {
    replicas.get(replica).command("REPLICAOF", "127.0.0.1", NOBODY);
    EventLoop.until("it is cut off", () -> !isLinked(replicas.get(replica)));
  }

  /** Has a replica that was cut off follow the primary again, and awaits that it does. */
  public void rejoin(int replica) {
    replicas.get(replica).command("REPLICAOF", "127.0.0.1", primary.port());
    EventLoop.until("it follows again", () -> isLinked(replicas.get(replica)));
  }

  private static boolean isLinked(RedisProcess replica) {
    String info = String.valueOf(replica.command("INFO", "replication"));
    return info.contains("master_link_status:up");
  }

  /** Starts a replica of a replica. */
  public void follow(int replica) {
    RedisProcess followed = replicas.get(replica);
    RedisProcess follower = node(followed.password()).start();
    followers.add(follower);
    follower.command("REPLICAOF", "127.0.0.1", followed.port());
    EventLoop.until("it follows", () -> isLinked(follower));
  }

  /** The same as {@link #promote}, but whoever is connected to the old primary remains so. */
  public void promoteForNewcomers(int replica) {
    RedisProcess promoted = replicas.get(replica);
    promoted.command("REPLICAOF", "NO", "ONE");
    address.leadTo(promoted.port());
  }

  /** Makes a primary of a replica, and the address lead to it; whoever was connected is not. */
  public void promote(int replica) {
    promoteForNewcomers(replica);
    address.cut();
  }

  @Override
  public void close() {
    address.close();
    followers.forEach(RedisProcess::close);
    replicas.forEach(RedisProcess::close);
    primary.close();
  }
}
