package io.restante.edge;

import io.restante.account.Linking;
import io.restante.account.NewDevice;
import io.restante.account.Provisioning;
import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.restante.protocol.Handle;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** Linking a further device, from the code to its credentials: parse, call, encode. */
public final class LinkingRoutes {
  private final Linking linking;
  private final Provisioning provisioning;
  private final int messageBytesMax;

  /**
   * The routes of one event loop.
   *
   * @param messageBytesMax the largest message to a provisioning address
   */
  public LinkingRoutes(Linking linking, Provisioning provisioning, int messageBytesMax) {
    this.linking = linking;
    this.provisioning = provisioning;
    this.messageBytesMax = messageBytesMax;
  }

  /** All of them. */
  public List<Route> routes() {
    return List.of(
        new Route("GET", "/v1/devices/provisioning/code", Access.DEVICE, this::code),
        new Route("PUT", "/v1/devices/link", Access.HANDLE, this::link),
        new Route("PUT", "/v1/provisioning/{address}", Access.DEVICE, this::provision));
  }

  private Future<Reply> code(Call call) {
    return linking
        .newCode(call.primary().aci())
        .map(code -> Reply.json(200, new JsonObject().put("verificationCode", code)));
  }

  private Future<Reply> link(Call call) {
    BasicCredentials basic = call.handleCredentials();
    Handle handle = basic.handle();
    JsonFields body = JsonFields.parse(call.body());
    String code = body.text("verificationCode", Linking.CODE_CHARS_MAX);
    NewDevice device =
        NewDevice.withPassword(
            basic.password(),
            AccountFields.attributes(body.object("accountAttributes")),
            null,
            AccountFields.pushTokens(body));
    return linking
        .link(handle, code, device, AccountFields.linkedKeys(body))
        .map(
            linked ->
                Reply.json(
                    200,
                    new JsonObject()
                        .put("uuid", linked.device().aci().toString())
                        .put("pni", linked.pni().toString())
                        .put("deviceId", linked.device().device())));
  }

  private Future<Reply> provision(Call call) {
    byte[] message = JsonFields.parse(call.body()).bytes("body", 1, messageBytesMax);
    return provisioning
        .deliver(call.param(0), Buffer.buffer(message))
        .map(
            delivery ->
                switch (delivery) {
                  case TAKEN -> Reply.noContent();
                  case NOBODY ->
                      throw new GatewayException(
                          ErrorCode.NO_SUCH_PROVISIONING, "nobody waits at this address");
                  case TOO_MANY ->
                      throw new GatewayException(
                          ErrorCode.RATE_LIMITED, "messages to this address: too many", 1);
                });
  }
}
