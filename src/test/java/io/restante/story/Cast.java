package io.restante.story;

import io.restante.redis.AccountKeys;
import io.restante.testing.EventLoop;
import io.restante.testing.RedisServerExtension;
import io.restante.testing.client.ClientSocket;
import io.restante.testing.client.HttpChannel;
import io.restante.testing.client.Phone;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/** Who plays in a story, at one gateway. Closes the sockets that it opened. */
final class Cast implements AutoCloseable {
  private static final int PARALLEL = 8;
  private static final AtomicInteger NEXT_NUMBER = new AtomicInteger(1);

  private final HttpChannel http;
  private final List<ClientSocket> sockets = new ArrayList<>();

  Cast(String url) {
    http = new HttpChannel(url);
  }

  HttpChannel http() {
    return http;
  }

  /** A phone that is not registered, with a number that nobody had before. */
  Phone stranger() {
    String number = String.format(Locale.ROOT, "+1555%07d", NEXT_NUMBER.getAndIncrement());
    return new Phone(http, number);
  }

  /** A registered phone without one-time keys. */
  Phone phone() {
    return stranger().register();
  }

  /** A registered phone that left so many one-time keys of each kind. */
  Phone phoneWithKeys(int count) {
    Phone phone = phone();
    phone.refill(count);
    return phone;
  }

  ClientSocket connect(Phone phone) {
    return remember(ClientSocket.open(http.url(), "/v1/websocket/", phone.authorization()));
  }

  /** A socket that is told when prekeys run low. */
  ClientSocket connectForStock(Phone phone) {
    return remember(
        ClientSocket.open(
            http.url(),
            "/v1/websocket/",
            phone.authorization(),
            Map.of("X-Restante-Events", "other, Prekeys")));
  }

  ClientSocket connectAnonymously() {
    return remember(ClientSocket.open(http.url(), "/v1/websocket/", null));
  }

  /** Awaits that so much of a phone's mail is left: acks are carried out after they were read. */
  static void awaitMail(RedisServerExtension redis, Phone phone, long left) {
    AccountKeys keys = AccountKeys.of(UUID.fromString(phone.aci()));
    String mail = keys.mail(phone.peer().device());
    EventLoop.until(
        left + " envelopes are left", () -> Long.valueOf(left).equals(redis.command("XLEN", mail)));
  }

  private ClientSocket remember(ClientSocket socket) {
    sockets.add(socket);
    return socket;
  }

  /** Makes so many of them, a few at a time. */
  static <T> List<T> many(int count, IntFunction<T> make) {
    ExecutorService workers = Executors.newFixedThreadPool(PARALLEL);
    try {
      List<CompletableFuture<T>> all = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int index = i;
        all.add(CompletableFuture.supplyAsync(() -> make.apply(index), workers));
      }
      return all.stream().map(CompletableFuture::join).toList();
    } finally {
      workers.shutdownNow();
    }
  }

  @Override
  public void close() {
    sockets.forEach(ClientSocket::drop);
  }
}
