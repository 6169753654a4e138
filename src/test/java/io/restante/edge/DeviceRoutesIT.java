package io.restante.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.restante.account.AccountAttributes;
import io.restante.account.AccountCaches;
import io.restante.account.AccountConfig;
import io.restante.account.AccountStore;
import io.restante.account.Caller;
import io.restante.account.DeviceKeys;
import io.restante.account.Linking;
import io.restante.account.LinkingConfig;
import io.restante.account.NewDevice;
import io.restante.account.PushTokens;
import io.restante.account.RedisAccountStore;
import io.restante.account.RedisCredentials;
import io.restante.account.RedisDirectory;
import io.restante.account.RegisteredAccount;
import io.restante.account.Registrar;
import io.restante.account.Revocations;
import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.restante.protocol.Handle;
import io.restante.redis.HeldLink;
import io.restante.redis.RedisMetrics;
import io.restante.testing.EventLoop;
import io.restante.testing.RedisServerExtension;
import io.restante.testing.SignalKeys;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who may do what in an account of three devices. */
class DeviceRoutesIT {
  private static final AccountConfig CONFIG = new AccountConfig(50_000, 6, 1, null);

  private static final LinkingConfig LINKING = new LinkingConfig(60_000, 60_000, 1_024, List.of());
  private static final Handle HANDLE = new Handle("+15550100");

  @RegisterExtension static final RedisServerExtension redis = new RedisServerExtension();

  private final EventLoop loop = new EventLoop();
  private final HeldLink link =
      loop.await(() -> HeldLink.open(loop.vertx(), redis.config(), RedisMetrics.none()));
  private final Revocations revocations = new Revocations();
  private final AccountCaches caches = new AccountCaches(CONFIG, revocations);
  private final AccountStore accounts = new RedisAccountStore(link, caches);
  private final List<Route> routes =
      Stream.of(new DeviceRoutes(accounts).routes(), new AccountRoutes(accounts).routes())
          .flatMap(List::stream)
          .toList();
  private final SignalKeys signalKeys = new SignalKeys();
  private String aci = "";

  @BeforeEach
  void registerThreeDevices() {
    Registrar registrar = new Registrar(loop.vertx(), link, revocations);
    RegisteredAccount account = loop.await(() -> registrar.register(HANDLE, device(1, keys())));
    aci = account.aci().toString();
    Linking linking =
        new Linking(loop.vertx(), link, new RedisDirectory(link, caches), caches, CONFIG, LINKING);
    for (int device = 2; device <= 3; device++) {
      String code = loop.await(() -> linking.newCode(account.aci()));
      NewDevice added = device(device, null);
      loop.await(() -> linking.link(HANDLE, code, added, signed()));
    }
  }

  @AfterEach
  void close() {
    loop.await(link::close);
    loop.close();
  }

  private static String password(int device) {
    return "password of " + device;
  }

  private DeviceKeys keys() {
    return new DeviceKeys(
        signed().aci().under(signalKeys.identityKey()),
        signed().pni().under(signalKeys.identityKey()));
  }

  private Linking.Keys signed() {
    DeviceKeys.Signed signed = new DeviceKeys.Signed(signalKeys.signed(1), signalKeys.kem(2));
    return new Linking.Keys(signed, signed);
  }

  private static NewDevice device(int device, @Nullable DeviceKeys keys) {
    AccountAttributes attributes =
        new AccountAttributes(device, device, true, null, false, Set.of(), null, null);
    return NewDevice.withPassword(password(device), attributes, keys, PushTokens.NONE);
  }

  private int call(int device, String method, String template, String... params) {
    RedisCredentials credentials =
        new RedisCredentials(link, caches, new RedisDirectory(link, caches));
    Caller caller =
        loop.await(() -> credentials.authenticate(aci + "." + device, password(device)))
            .orElseThrow(() -> new GatewayException(ErrorCode.UNAUTHENTICATED, "revoked"));
    Route route =
        routes.stream()
            .filter(one -> one.method().equals(method) && one.template().equals(template))
            .findAny()
            .orElseThrow();
    MultiMap none = MultiMap.caseInsensitiveMultiMap();
    Call call =
        new Call(method, List.of(params), none, none, Buffer.buffer(), caller, null, null, "::1");
    try {
      return loop.await(() -> route.handler().handle(call)).status();
    } catch (GatewayException refused) {
      return refused.code().status();
    }
  }

  private List<Integer> left() {
    return IntStream.rangeClosed(1, 3)
        .filter(
            device ->
                Long.valueOf(1).equals(redis.command("EXISTS", "{" + aci + "}:device:" + device)))
        .boxed()
        .toList();
  }

  @Test
  void everyDeviceSeesTheListOfDevices() {
    for (int device = 1; device <= 3; device++) {
      assertEquals(200, call(device, "GET", "/v1/devices"));
    }
  }

  @Test
  void thePrimaryRemovesLinkedDevicesButNotItself() {
    assertEquals(403, call(1, "DELETE", "/v1/devices/{id}", "1"));
    assertEquals(204, call(1, "DELETE", "/v1/devices/{id}", "2"));
    assertEquals(404, call(1, "DELETE", "/v1/devices/{id}", "2"));
    assertEquals(List.of(1, 3), left());
  }

  @Test
  void aLinkedDeviceRemovesOnlyItself() {
    assertEquals(403, call(2, "DELETE", "/v1/devices/{id}", "1"));
    assertEquals(403, call(2, "DELETE", "/v1/devices/{id}", "3"));
    assertEquals(204, call(2, "DELETE", "/v1/devices/{id}", "2"));
    assertEquals(List.of(1, 3), left());
  }

  @Test
  void onlyThePrimaryEndsTheAccount() {
    assertEquals(403, call(3, "DELETE", "/v1/accounts/me"));
    assertEquals(List.of(1, 2, 3), left());
    assertEquals(204, call(1, "DELETE", "/v1/accounts/me"));
    assertEquals(List.of(), redis.command("KEYS", "*"));
  }
}
