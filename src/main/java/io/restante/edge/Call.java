package io.restante.edge;

import io.restante.account.Caller;
import io.restante.protocol.DeviceAddress;
import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A request that was matched to a route and whose caller is known, from HTTP or from a frame.
 *
 * @param params the segments in braces, in their order, percent-decoded
 * @param query decoded query parameters
 * @param body empty where there is none
 * @param caller the device, null for anonymous and open calls
 * @param accessKey the {@code Unidentified-Access-Key}, null where there is none
 * @param basic name and password of the header, null where there is none
 * @param remoteAddress the client's address, behind trusted proxies the forwarded one
 */
public record Call(
    String method,
    List<String> params,
    MultiMap query,
    MultiMap headers,
    Buffer body,
    @Nullable Caller caller,
    byte @Nullable [] accessKey,
    @Nullable BasicCredentials basic,
    String remoteAddress) {

  /** The segment in braces with this index. */
  public String param(int index) {
    return params.get(index);
  }

  /** The device that calls; only for routes whose access guarantees one. */
  public Caller device() {
    if (caller == null) {
      throw new GatewayException(ErrorCode.UNAUTHENTICATED, "credentials are missing or wrong");
    }
    return caller;
  }

  /** The account that calls, null for an anonymous call. */
  public @Nullable UUID account() {
    return caller == null ? null : caller.aci();
  }

  /** The primary device that calls; a linked device may not. */
  public Caller primary() {
    Caller device = device();
    if (device.device() != DeviceAddress.PRIMARY) {
      throw new GatewayException(
          ErrorCode.FORBIDDEN, "a linked device (expected: the primary device)");
    }
    return device;
  }

  /** Name and password of a registration; only for routes with {@link Access#HANDLE}. */
  public BasicCredentials handleCredentials() {
    if (basic == null) {
      throw new GatewayException(
          ErrorCode.UNAUTHENTICATED, "Authorization: absent (expected: Basic handle:password)");
    }
    return basic;
  }

  /** A header of the request. */
  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name));
  }

  /**
   * A query parameter that is true or false, or 1 or 0; false where it is absent.
   *
   * @throws GatewayException {@link ErrorCode#MALFORMED_QUERY} where it is neither
   */
  public boolean flag(String name) {
    return flag(name, false);
  }

  /** The same, or the fallback where the parameter is absent. */
  public boolean flag(String name, boolean fallback) {
    String value = query.get(name);
    if (value == null) {
      return fallback;
    }
    if (value.equalsIgnoreCase("true") || value.equals("1")) {
      return true;
    }
    if (value.equalsIgnoreCase("false") || value.equals("0")) {
      return false;
    }
    throw new GatewayException(
        ErrorCode.MALFORMED_QUERY,
        name + " of " + value.length() + " characters (expected: true or false)");
  }

  /** The same, or the fallback where the parameter is absent. */
  public long number(String name, long min, long max, long fallback) {
    return query.contains(name) ? number(name, min, max) : fallback;
  }

  /**
   * A query parameter that is a whole number.
   *
   * @throws GatewayException {@link ErrorCode#MALFORMED_QUERY} where it is none, or not there
   */
  public long number(String name, long min, long max) {
    String value = query.get(name);
    try {
      long number = value == null ? min - 1 : Long.parseLong(value);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException notOne) {
      // Refused below.
    }
    throw new GatewayException(
        ErrorCode.MALFORMED_QUERY, name + " (expected: " + min + " to " + max + ")");
  }

  /** Hides everything: ids, secrets and bodies must not reach a log. */
  @Override
  public String toString() {
    return "Call[" + method + "]";
  }
}
