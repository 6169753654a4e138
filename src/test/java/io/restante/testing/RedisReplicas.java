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
 * for an address that moves; each replica follows through one of its own, which can be cut.
 */
public final class RedisReplicas implements AutoCloseable {
  private final RedisProcess primary;
  private final List<RedisProcess> replicas = new ArrayList<>();
  private final List<TcpRelay> links = new ArrayList<>();
  private final TcpRelay address;

  /** Starts all and awaits that every replica follows. */
  public RedisReplicas(int count) {
    String password = RedisProcess.randomPassword();
    primary = node(password).start();
    address = new TcpRelay(primary.port());
    for (int i = 0; i < count; i++) {
      TcpRelay link = new TcpRelay(primary.port());
      links.add(link);
      RedisProcess replica = node(password).start();
      replicas.add(replica);
      replica.command("REPLICAOF", "127.0.0.1", link.port());
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

  /** The first primary. */
  public RedisProcess primary() {
    return primary;
  }

  /** The replicas. */
  public List<RedisProcess> replicas() {
    return List.copyOf(replicas);
  }

  /** What a gateway's connection needs, through the address that moves. */
  public RedisConfig config(Durability... durability) {
    String url = "redis://:" + primary.password() + "@127.0.0.1:" + address.port();
    return RedisConfig.standalone(RedisUrl.parse(url), Set.of(durability));
  }

  /** Ends a replica's link for good: it gets nothing any more. */
  public void cutOff(int replica) {
    links.get(replica).close();
  }

  /** Makes a primary of a replica, and the address lead to it; whoever was connected is not. */
  public void promote(int replica) {
    RedisProcess promoted = replicas.get(replica);
    promoted.command("REPLICAOF", "NO", "ONE");
    address.leadTo(promoted.port());
    address.cut();
  }

  @Override
  public void close() {
    address.close();
    links.forEach(TcpRelay::close);
    replicas.forEach(RedisProcess::close);
    primary.close();
  }
}
