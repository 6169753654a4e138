package io.restante.bench.mail;

import io.restante.bench.Population;
import io.restante.bench.Side;
import io.restante.bench.mail.MailPlan.Way;
import io.restante.testing.EventLoop;
import io.restante.testing.Program;
import io.restante.testing.RedisProcess;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/** One Redis, all servers on it or beside it, and the event loop of the load. */
final class MailStage implements AutoCloseable {
  private final MailPlan plan;
  private final EventLoop loop = EventLoop.patient();
  private final RedisProcess redis = new RedisProcess();
  private final Population population;
  private final List<Post> posts = new ArrayList<>();
  private final List<Side> gateways = new ArrayList<>();
  private int accountsUsed;

  /** Starts Redis. */
  MailStage(MailPlan plan) {
    this.plan = plan;
    if (plan.fsync.equals("no")) {
      redis.setting("appendonly", "no");
    } else {
      redis.setting("appendfsync", plan.fsync);
    }
    redis.start();
    population = Population.on(loop, redis.url(), 0, 0);
  }

  EventLoop loop() {
    return loop;
  }

  RedisProcess redis() {
    return redis;
  }

  /** A gateway with everything on. */
  Side startGateway(String name) {
    Side gateway = Side.gateway(name, plan.jvm, redis.url(), "none", plan.settings);
    gateways.add(gateway);
    return gateway;
  }

  /** The gateway that was started first. */
  Side gateway() {
    return gateways.isEmpty() ? startGateway("gateway") : gateways.get(0);
  }

  /** Accounts that nobody else uses. */
  List<UUID> accounts(int count) {
    int from = accountsUsed;
    accountsUsed += count;
    loop.await(() -> population.growWithoutKeysTo(accountsUsed));
    return List.copyOf(population.accounts().subList(from, accountsUsed));
  }

  /** Starts a way's servers and connects all clients; empty where it is not installed. */
  Optional<Deliveries> open(Way way) {
    Optional<Post> made = post(way);
    made.ifPresent(posts::add);
    return made.map(post -> loop.await(() -> Deliveries.connect(loop.vertx(), post)));
  }

  private Optional<Post> post(Way way) {
    return switch (way) {
      case GATEWAY -> Optional.of(gatewayPost("gateway", List.of(gateway())));
      case TWO_GATEWAYS ->
          Optional.of(gatewayPost("two gateways", List.of(gateway(), startGateway("second"))));
      case FLOOR_HELD -> Optional.of(floor(FloorStore.Client.HELD));
      case FLOOR_STOCK -> Optional.of(floor(FloorStore.Client.STOCK));
      case MOSQUITTO -> Broker.start(Broker.Kind.MOSQUITTO).map(this::mqtt);
      case NATS ->
          Broker.start(Broker.Kind.NATS)
              .map(broker -> new NatsPost(loop.vertx(), broker, plan.senders, plan.mailboxes));
    };
  }

  private Post gatewayPost(String name, List<Side> over) {
    return new GatewayPost(
        name, loop.vertx(), over, redis, accounts(plan.senders), accounts(plan.mailboxes));
  }

  private Post floor(FloorStore.Client client) {
    String name = "floor, " + client.name().toLowerCase(Locale.ROOT) + " client";
    Program program = Program.type(FloorRelay.class.getName(), redis.url(), client.name());
    Side relay = Side.awaiting(name, program);
    return new FloorPost(loop.vertx(), relay, client, redis, plan.senders, plan.mailboxes);
  }

  private Post mqtt(Broker broker) {
    return new MqttPost(loop.vertx(), broker, plan.senders, plan.mailboxes);
  }

  /** Measures a way in the closed model. */
  MailReading closed(Deliveries way, int letters) {
    return measure(way, deliveries -> deliveries.closed(letters, plan.inFlight));
  }

  /** The same in the open model. */
  MailReading open(Deliveries way, int letters, int perSecond) {
    return measure(way, deliveries -> deliveries.open(letters, perSecond));
  }

  private MailReading measure(
      Deliveries way, Function<Deliveries, Future<Deliveries.Outcome>> run) {
    Post post = way.post();
    long servers = Post.cpuNanos(post.servers());
    long stores = Post.cpuNanos(post.stores());
    Deliveries.Outcome outcome = loop.await(() -> run.apply(way));
    return new MailReading(
        outcome.delivered(),
        outcome.nanos(),
        Post.cpuNanos(post.servers()) - servers,
        Post.cpuNanos(post.stores()) - stores,
        outcome.latencyNanos());
  }

  /** Awaits that all acks have been heeded. */
  void awaitEmpty(Post post) {
    EventLoop.until(
        "mailboxes of " + post.name() + " are empty", () -> loop.await(post::waiting) <= 0);
  }

  @Override
  public void close() {
    // First the clients: servers that end would be failures to them.
    loop.close();
    posts.forEach(Post::close);
    gateways.forEach(Side::close);
    redis.close();
  }
}
