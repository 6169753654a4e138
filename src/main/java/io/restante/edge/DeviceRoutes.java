package io.restante.edge;

import io.restante.account.AccountStore;
import io.restante.account.Caller;
import io.restante.account.Device;
import io.restante.protocol.DeviceAddress;
import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** The devices of a caller's own account: parse, call, encode. */
public final class DeviceRoutes {
  private final AccountStore accounts;

  /** The routes of one event loop. */
  public DeviceRoutes(AccountStore accounts) {
    this.accounts = accounts;
  }

  /** All of them. */
  public List<Route> routes() {
    return List.of(
        new Route("GET", "/v1/devices", Access.DEVICE, this::list),
        new Route("DELETE", "/v1/devices/{id}", Access.DEVICE, this::remove));
  }

  private Future<Reply> list(Call call) {
    return accounts
        .devices(call.device().aci())
        .map(
            devices -> {
              JsonArray rows = new JsonArray();
              devices.forEach(device -> rows.add(encode(device)));
              return Reply.json(200, new JsonObject().put("devices", rows));
            });
  }

  private static JsonObject encode(Device device) {
    JsonObject row =
        new JsonObject()
            .put("id", device.id())
            .put("name", device.name())
            .put("created", device.createdMs())
            .put("lastSeen", device.lastSeenMs())
            .put("registrationId", device.registrationId());
    Long pushLost = device.pushLostMs();
    return pushLost == null ? row : row.put("pushLost", pushLost);
  }

  /** The primary removes linked devices, a linked device itself. */
  private Future<Reply> remove(Call call) {
    Caller caller = call.device();
    int id = DeviceAddress.parseDevice(call.param(0));
    boolean may =
        id != DeviceAddress.PRIMARY
            && (caller.device() == DeviceAddress.PRIMARY || caller.device() == id);
    if (!may) {
      throw new GatewayException(
          ErrorCode.FORBIDDEN, "the primary removes linked devices, a linked device only itself");
    }
    return accounts
        .removeDevice(new DeviceAddress(caller.aci(), id))
        .map(done -> Reply.noContent());
  }
}
