package io.restante.account;

import io.restante.protocol.DeviceAddress;
import io.restante.protocol.ErrorCode;
import io.vertx.core.Future;
import java.util.List;
import java.util.UUID;

/**
 * Accounts and their devices, once registered. Where an account or device is gone by the time of a
 * change the future fails with {@link ErrorCode#NO_SUCH_DEVICE} and nothing has changed.
 */
public interface AccountStore {
  /** Replaces what a device tells of itself and of its account. */
  Future<Void> putAttributes(DeviceAddress device, AccountAttributes attributes);

  /** Sets where a device is woken, in place of any other way; {@link PushTokens#NONE} for none. */
  Future<Void> putPushTokens(DeviceAddress device, PushTokens tokens);

  /** All devices of an account by id; empty where there is no such account. */
  Future<List<Device>> devices(UUID aci);

  /** Removes a linked device with its keys, pools and mailbox. */
  Future<Void> removeDevice(DeviceAddress device);

  /** Deletes an account and everything of it. Nothing happens where there is none. */
  Future<Void> delete(UUID aci);
}
