package io.restante.edge;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.restante.GatewayConfig;
import io.restante.GatewayConfigs;
import io.restante.account.AccountCaches;
import io.restante.account.Caller;
import io.restante.account.RedisCredentials;
import io.restante.account.RedisDirectory;
import io.restante.account.Revocations;
import io.restante.account.Verifier;
import io.restante.prekey.ClaimLimits;
import io.restante.prekey.ClaimListener;
import io.restante.prekey.PrekeyClaims;
import io.restante.prekey.PrekeyMeters;
import io.restante.prekey.PrekeyUploads;
import io.restante.prekey.RandomUpload;
import io.restante.prekey.RedisPrekeyStore;
import io.restante.prekey.UploadCheck;
import io.restante.prekey.UploadLimits;
import io.restante.prekey.VerifiedUpload;
import io.restante.redis.RedisLink;
import io.restante.redis.RedisScript;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.RequestImpl;
import io.vertx.redis.client.impl.types.BulkType;
import io.vertx.redis.client.impl.types.MultiType;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A claim from its request to its answer, without HTTP and with a Redis that answers at once. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ClaimBenchmark {
  private static final String ACI = "4f9a1c1e-6c5a-4b7e-9d2b-0d8f5a3f7c11";
  private static final String PASSWORD = "a password of its own";

  private final Vertx vertx = Vertx.vertx();
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Dispatcher dispatcher = dispatcher();
  private final MultiMap headers =
      MultiMap.caseInsensitiveMultiMap()
          .add("host", "bench")
          .add("authorization", "Basic " + base64(ACI + ":" + PASSWORD));

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
  }

  private Dispatcher dispatcher() {
    GatewayConfig config = GatewayConfigs.of(Map.of());
    RedisLink link = new AnsweringLink();
    AccountCaches caches = new AccountCaches(config.account(), new Revocations());
    RedisDirectory directory = new RedisDirectory(link, caches);
    PrekeyMeters meters = new PrekeyMeters(registry);
    RedisPrekeyStore store =
        new RedisPrekeyStore(link, config.prekey(), meters, ClaimListener.NONE);
    PrekeyRoutes routes =
        new PrekeyRoutes(
            new PrekeyUploads(store, new UploadCheck(vertx, 1, 1, 1, meters), UploadLimits.NONE),
            new PrekeyClaims(directory, store, ClaimLimits.NONE, meters),
            config.prekey().keysMax());
    return new Dispatcher(
        new RouteTable(routes.routes()),
        new RedisCredentials(link, caches, directory),
        new RequestMeter(registry, new AtomicInteger()));
  }

  /** One device, one key of each pool. */
  @Benchmark
  public Reply claim() {
    return dispatcher.dispatch(new ClaimRequest()).result();
  }

  /** Ends what was started. */
  @TearDown
  public void close() {
    vertx.close();
  }

  private final class ClaimRequest implements Incoming {
    @Override
    public String method() {
      return "GET";
    }

    @Override
    public String uri() {
      return "/v2/keys/" + ACI + "/1";
    }

    @Override
    public MultiMap headers() {
      return headers;
    }

    @Override
    public @Nullable Caller socketCaller() {
      return null;
    }

    @Override
    public String remoteAddress() {
      return "127.0.0.1";
    }

    @Override
    public Future<Buffer> body(boolean stranger) {
      return Future.succeededFuture(Buffer.buffer(0));
    }
  }

  /** Knows one account and the keys of one device. */
  private static final class AnsweringLink implements RedisLink {
    private final VerifiedUpload upload = new RandomUpload(1).whole(1, 1);
    private final Response ec = stored(0);
    private final Response kem = stored(1);
    private final Response keys =
        array(
            text("1"),
            BulkType.create(Buffer.buffer(upload.identityKey()), false),
            text("7"),
            bytes(upload.signed()),
            bytes(upload.last()),
            null,
            text("1700000000"),
            null);
    private final Verifier verifier = Verifier.of(PASSWORD, new byte[16]);

    @Override
    public Future<@Nullable Response> send(String routingKey, Request request) {
      String key = new String(((RequestImpl) request).getArgs().get(0), StandardCharsets.US_ASCII);
      if (request.command() == Command.LPOP) {
        return Future.succeededFuture(key.contains(":kem:") ? kem : ec);
      }
      if (key.contains("}:device:")) {
        return Future.succeededFuture(
            array(bytes(verifier.salt()), bytes(verifier.hash()), text("0"), null));
      }
      return Future.succeededFuture(
          key.endsWith("}:account") ? array(text(ACI), text("+15550100"), text("0")) : keys);
    }

    @Override
    public Future<@Nullable Response> run(
        RedisScript script, List<String> keys, List<Object> args) {
      return Future.succeededFuture(null);
    }

    @Override
    public boolean isUsable() {
      return true;
    }

    private Response stored(int pool) {
      byte[] entry = upload.batches().get(pool).entries().get(0);
      return bytes(Buffer.buffer().appendShort((short) 1).appendBytes(entry).getBytes());
    }

    private static Response text(String text) {
      return bytes(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static Response bytes(byte @Nullable [] bytes) {
      return BulkType.create(Buffer.buffer(bytes == null ? new byte[0] : bytes), false);
    }

    private static Response array(@Nullable Response... items) {
      MultiType array = MultiType.create(items.length, false);
      for (Response item : items) {
        array.add(item);
      }
      return array;
    }
  }
}
