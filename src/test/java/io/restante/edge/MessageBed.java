package io.restante.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.restante.account.AccountCaches;
import io.restante.account.AccountConfig;
import io.restante.account.Caller;
import io.restante.account.RedisDirectory;
import io.restante.account.Revocations;
import io.restante.account.Verifier;
import io.restante.delivery.Courier;
import io.restante.limit.SendLimits;
import io.restante.mailbox.RedisMailboxStore;
import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.restante.protocol.Handle;
import io.restante.push.Pushes;
import io.restante.redis.LookupKeys;
import io.restante.testing.MailboxBed;
import io.restante.testing.RedisServerExtension;
import io.restante.testing.RedisSnapshot;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The message routes on a real Redis, by their handlers. Bob has devices 1 and 2, whose mailboxes
 * hold three envelopes; Alice has device 1.
 */
final class MessageBed implements AutoCloseable {
  static final int MESSAGE_BYTES_MAX = 1_000;
  static final byte[] ACCESS_KEY = new byte[16];
  static final Handle ALICE = new Handle("+15550101");
  static final Handle BOB = new Handle("+15550102");

  static {
    Arrays.fill(ACCESS_KEY, (byte) 7);
  }

  final MailboxBed bob;
  final UUID bobPni = UUID.randomUUID();
  final MailboxBed alice;
  private final RedisServerExtension redis;
  private final RedisMailboxStore mailboxes;
  private final RouteTable routes;

  MessageBed(RedisServerExtension redis) {
    this.redis = redis;
    this.bob = new MailboxBed(redis);
    this.alice = new MailboxBed(redis);
    this.mailboxes = bob.store(MailboxBed.config(3, 100_000, 60_000, MESSAGE_BYTES_MAX));
    this.routes = new RouteTable(routes().routes());
  }

  private MessageRoutes routes() {
    AccountCaches caches = new AccountCaches(new AccountConfig(0, 6, 10, null), new Revocations());
    RedisDirectory directory = new RedisDirectory(bob.link(), caches);
    return new MessageRoutes(
        new Courier(mailboxes, directory, Pushes.NONE, bob.meters()),
        mailboxes,
        directory,
        SendLimits.NONE,
        MESSAGE_BYTES_MAX);
  }

  /** What the registration of both leaves. */
  void register() {
    register(bob.withDevices(1, 2), BOB, bobPni);
    register(alice.withDevices(1), ALICE, UUID.randomUUID());
  }

  private void register(MailboxBed bed, Handle handle, UUID pni) {
    redis.command(
        "HSET", bed.names().account(), "pni", pni, "handle", handle.text(), "unrestricted", 0);
    redis.command("HSET", bed.names().account(), "uak", ACCESS_KEY);
    redis.command("SET", LookupKeys.handle(handle), bed.aci());
    redis.command("SET", LookupKeys.pni(pni), bed.aci());
  }

  @Override
  public void close() {
    alice.close();
    bob.close();
  }

  private static Caller caller(MailboxBed bed, Handle handle, int device) {
    Verifier verifier = new Verifier(new byte[16], new byte[32]);
    return new Caller(bed.device(device), UUID.randomUUID(), handle, verifier, 0, null);
  }

  Caller aliceOne() {
    return caller(alice, ALICE, 1);
  }

  Caller bobOne() {
    return caller(bob, BOB, 1);
  }

  Reply call(
      String method,
      String uri,
      Buffer body,
      @Nullable Caller caller,
      byte @Nullable [] accessKey,
      @Nullable String idempotencyKey) {
    String[] parts = uri.split("\\?", 2);
    RouteTable.Match match = routes.match(method, parts[0]);
    MultiMap query = MultiMap.caseInsensitiveMultiMap();
    if (parts.length == 2) {
      String[] pair = parts[1].split("=", 2);
      query.add(pair[0], pair[1]);
    }
    MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    if (idempotencyKey != null) {
      headers.add("Idempotency-Key", idempotencyKey);
    }
    Call call =
        new Call(
            method, match.params(), query, headers, body, caller, accessKey, null, "127.0.0.1");
    return bob.await(() -> match.route().handler().handle(call));
  }

  Reply call(String method, String uri, Caller caller) {
    return call(method, uri, Buffer.buffer(), caller, null, null);
  }

  Reply put(String destination, JsonObject body) {
    return call("PUT", "/v1/messages/" + destination, body.toBuffer(), aliceOne(), null, null);
  }

  Reply putAnonymously(String destination, JsonObject body, byte[] accessKey) {
    return call("PUT", "/v1/messages/" + destination, body.toBuffer(), null, accessKey, null);
  }

  Reply putOnce(JsonObject body, String key) {
    return call("PUT", "/v1/messages/" + bob.aci(), body.toBuffer(), aliceOne(), null, key);
  }

  static JsonObject message(int device) {
    return new JsonObject()
        .put("type", 1)
        .put("destinationDeviceId", device)
        .put("destinationRegistrationId", 1000 + device)
        .put("content", base64("to " + device));
  }

  static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  static JsonObject body(JsonObject... messages) {
    return new JsonObject()
        .put("timestamp", 1_700_000_000_000L)
        .put("urgent", true)
        .put("messages", new JsonArray(List.of(messages)));
  }

  static JsonObject toBoth() {
    return body(message(1), message(2));
  }

  static void assertAnswer(int status, @Nullable String json, Reply reply) {
    assertEquals(status, reply.status());
    assertEquals(json, reply.body() == null ? null : reply.body().toString());
  }

  void assertRefused(ErrorCode code, Runnable step) {
    Map<String, String> before = RedisSnapshot.of(redis);
    GatewayException refusal = assertThrows(GatewayException.class, step::run);
    assertEquals(code, refusal.code(), refusal.detail());
    assertEquals(before, RedisSnapshot.of(redis));
  }

  JsonArray poll() {
    Reply reply = call("GET", "/v1/messages", bobOne());
    return reply.body() == null
        ? new JsonArray()
        : reply.body().toJsonObject().getJsonArray("messages");
  }
}
