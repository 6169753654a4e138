package io.restante.prekey;

import io.restante.protocol.Identity;
import io.restante.redis.BulkBytes;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is claimed together of a device: pools that share a reserve, and the fields read after them.
 *
 * @param scope tells an idempotency key's uses apart, such as {@code aci}
 * @param fields epoch first, then what a device must have to be served
 * @param required how many that are
 * @param reader of the fields' values, null where one is absent
 */
record ClaimShape<F extends FieldsRead>(
    Identity identity,
    String scope,
    List<Pool> pools,
    List<String> fields,
    int required,
    Function<byte[] @Nullable [], F> reader) {

  /** Curve25519 and ML-KEM prekeys under one identity. */
  static ClaimShape<DeviceKeys> signal(Identity identity) {
    return identity == Identity.ACI ? Signal.ACI : Signal.PNI;
  }

  /** The command that reads the fields. */
  Request read(String keysName) {
    Request read = Request.cmd(Command.HMGET).arg(keysName);
    for (String field : fields) {
      read.arg(field);
    }
    return read;
  }

  /** Reads the reply to it. */
  F decode(@Nullable Response reply) {
    if (reply == null || reply.size() != fields.size()) {
      throw new IllegalStateException("HMGET answered another number of fields");
    }
    byte[] @Nullable [] values = new byte[fields.size()][];
    for (int i = 0; i < values.length; i++) {
      Response field = reply.get(i);
      values[i] = field == null ? null : BulkBytes.of(field);
    }
    return reader.apply(values);
  }

  private static final class Signal {
    static final ClaimShape<DeviceKeys> ACI = of(Identity.ACI);
    static final ClaimShape<DeviceKeys> PNI = of(Identity.PNI);

    private static ClaimShape<DeviceKeys> of(Identity identity) {
      return new ClaimShape<>(
          identity,
          identity.wireName(),
          Pool.SIGNAL,
          DeviceKeys.FIELDS,
          DeviceKeys.REQUIRED,
          DeviceKeys::of);
    }
  }
}
