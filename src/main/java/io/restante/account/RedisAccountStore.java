package io.restante.account;

import io.restante.account.Unfinished.Task;
import io.restante.protocol.DeviceAddress;
import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.restante.redis.AccountKeys;
import io.restante.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Accounts in Redis: each change is one script in the account's slot. */
public final class RedisAccountStore implements AccountStore {
  private final RedisLink link;
  private final AccountCaches caches;

  /** The accounts as one event loop reaches them. */
  public RedisAccountStore(RedisLink link, AccountCaches caches) {
    this.link = link;
    this.caches = caches;
  }

  @Override
  public Future<Void> putAttributes(DeviceAddress device, AccountAttributes attributes) {
    return AttributesScript.run(link, device, attributes)
        .map(outcome -> replaced(device.aci(), outcome));
  }

  private @Nullable Void replaced(UUID aci, AttributesScript.Outcome outcome) {
    caches.policies().forget(aci);
    if (outcome == AttributesScript.Outcome.REPLACED_WITH_KEY) {
      caches.revocations().revoked(aci);
    }
    return found(outcome != AttributesScript.Outcome.MISSING);
  }

  @Override
  public Future<Void> putPushTokens(DeviceAddress device, PushTokens tokens) {
    // Held against what providers say of a token, and so by a clock of the same kind.
    List<Object> fields = tokens.deviceFields(System.currentTimeMillis());
    return DeviceFieldsScript.run(link, device, fields, tokens.absentFields())
        .map(RedisAccountStore::found);
  }

  @Override
  public Future<List<Device>> devices(UUID aci) {
    AccountKeys keys = AccountKeys.of(aci);
    return link.send(keys.devices(), Request.cmd(Command.HGETALL, keys.devices()))
        .compose(
            reply -> {
              List<Future<@Nullable Device>> rows = new ArrayList<>();
              Replies.hash(reply)
                  .forEach((id, reg) -> rows.add(device(keys, Integer.parseInt(id), reg)));
              return Future.all(rows).map(done -> sorted(rows));
            });
  }

  private Future<@Nullable Device> device(AccountKeys keys, int id, String registrations) {
    String key = keys.device(id);
    return link.send(
            key, Request.cmd(Command.HMGET, key, "name", "created", "lastSeen", PushTokens.LOST_AT))
        .map(
            reply ->
                // Removed between the two commands.
                Replies.at(reply, 1).isEmpty()
                    ? null
                    : new Device(
                        id,
                        Replies.at(reply, 0).map(Replies::text).orElse(null),
                        Long.parseLong(Replies.text(reply, 1)),
                        Long.parseLong(Replies.text(reply, 2)),
                        Integer.parseInt(registrations.substring(0, registrations.indexOf(':'))),
                        Replies.at(reply, 3).map(Response::toLong).orElse(null)));
  }

  private static List<Device> sorted(List<Future<@Nullable Device>> rows) {
    List<Device> devices = new ArrayList<>();
    for (Future<@Nullable Device> row : rows) {
      Device device = row.result();
      if (device != null) {
        devices.add(device);
      }
    }
    devices.sort((a, b) -> Integer.compare(a.id(), b.id()));
    return devices;
  }

  @Override
  public Future<Void> removeDevice(DeviceAddress device) {
    if (device.device() == DeviceAddress.PRIMARY) {
      throw new IllegalArgumentException("device: 1 (expected: a linked device)");
    }
    return RemoveDeviceScript.run(link, device)
        .map(RedisAccountStore::found)
        .onSuccess(done -> caches.revocations().revoked(device.aci()));
  }

  @Override
  public Future<Void> delete(UUID aci) {
    Unfinished unfinished = new Unfinished(link);
    Task task = new Task.AccountDeletion(aci);
    return unfinished
        .begin(task)
        .compose(begun -> new Deletion(link, caches.revocations(), aci).run())
        .compose(done -> unfinished.end(task));
  }

  private static @Nullable Void found(boolean found) {
    if (!found) {
      throw new GatewayException(ErrorCode.NO_SUCH_DEVICE, "no such device");
    }
    return null;
  }
}
