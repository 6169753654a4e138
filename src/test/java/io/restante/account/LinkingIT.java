package io.restante.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.restante.protocol.DeviceAddress;
import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.restante.protocol.Handle;
import io.restante.testing.RedisServerExtension;
import io.restante.testing.RedisSnapshot;
import io.restante.testing.SignalKeys;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Linking by its interface: who is taken, and that a refusal changes nothing. */
class LinkingIT {
  @RegisterExtension static final RedisServerExtension redis = new RedisServerExtension();

  private final AccountBed bed = new AccountBed(redis);
  private final SignalKeys aciKeys = new SignalKeys();
  private final SignalKeys pniKeys = new SignalKeys();
  private UUID aci = UUID.randomUUID();

  @BeforeEach
  void register() {
    aci = bed.register(AccountBed.deviceWithKeys(AccountBed.PASSWORD, aciKeys, pniKeys)).aci();
  }

  @AfterEach
  void close() {
    bed.close();
  }

  private static Linking.Keys keys(SignalKeys aci, SignalKeys pni) {
    return new Linking.Keys(
        new DeviceKeys.Signed(aci.signed(3), aci.kem(4)),
        new DeviceKeys.Signed(pni.signed(5), pni.kem(6)));
  }

  private String code() {
    return bed.await(() -> bed.linking.newCode(aci));
  }

  private Linking.Linked link(Handle handle, String code, Linking.Keys keys) {
    NewDevice device = AccountBed.device("the linked password");
    return bed.await(() -> bed.linking.link(handle, code, device, keys));
  }

  private ErrorCode refusal(Handle handle, String code, Linking.Keys keys) {
    Map<String, String> before = RedisSnapshot.of(redis);
    ErrorCode refused = assertThrows(GatewayException.class, () -> link(handle, code, keys)).code();
    assertEquals(before, RedisSnapshot.of(redis));
    return refused;
  }

  @Test
  void devicesAreLinkedUpToTheLimitEachByACodeOfItsOwn() {
    Linking.Keys keys = keys(aciKeys, pniKeys);
    for (int id = 2; id <= AccountBed.CONFIG.devicesMax(); id++) {
      String code = code();
      assertEquals(new DeviceAddress(aci, id), link(AccountBed.HANDLE, code, keys).device());
      assertEquals(ErrorCode.WRONG_CODE, refusal(AccountBed.HANDLE, code, keys));
    }
    assertEquals(ErrorCode.TOO_MANY_DEVICES, refusal(AccountBed.HANDLE, code(), keys));
    String name = aci + "." + AccountBed.CONFIG.devicesMax();
    assertNotNull(bed.login(name, "the linked password"));
  }

  @Test
  void anUnknownHandleAndAWrongCodeAreRefusedAlike() {
    Linking.Keys keys = keys(aciKeys, pniKeys);
    String code = code();
    assertEquals(ErrorCode.WRONG_CODE, refusal(new Handle("+15550999"), code, keys));
    assertEquals(ErrorCode.WRONG_CODE, refusal(AccountBed.HANDLE, code + "x", keys));
    assertEquals(ErrorCode.WRONG_CODE, refusal(AccountBed.HANDLE, "", keys));
  }

  @Test
  void keysThatTheAccountsIdentityHasNotSignedAreRefusedAndLeaveTheCode() {
    String code = code();
    Handle handle = AccountBed.HANDLE;
    SignalKeys stranger = new SignalKeys();
    assertEquals(ErrorCode.INVALID_SIGNATURE, refusal(handle, code, keys(stranger, pniKeys)));
    assertEquals(ErrorCode.INVALID_SIGNATURE, refusal(handle, code, keys(aciKeys, stranger)));
    assertEquals(2, link(handle, code, keys(aciKeys, pniKeys)).device().device());
  }

  @Test
  void anAccountWithoutIdentityKeysLinksNobody() {
    bed.register(AccountBed.device(AccountBed.PASSWORD));
    Linking.Keys keys = keys(aciKeys, pniKeys);
    assertEquals(ErrorCode.INVALID_SIGNATURE, refusal(AccountBed.HANDLE, code(), keys));
  }

  @Test
  void aRegistrationAnewEndsTheCode() {
    String code = code();
    bed.register(AccountBed.deviceWithKeys(AccountBed.PASSWORD, aciKeys, pniKeys));
    assertEquals(ErrorCode.WRONG_CODE, refusal(AccountBed.HANDLE, code, keys(aciKeys, pniKeys)));
  }
}
