package io.restante.prekey;

import io.restante.protocol.Identity;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is read of a device to serve one of its named pools.
 *
 * @param state see {@link PoolState}; empty where there is no such pool
 * @param last the last-resort entry as {@link NamedEntry#pack} made it
 */
record NamedFields(long epoch, String state, byte @Nullable [] last, String reserve)
    implements FieldsRead {
  /** How a pool is claimed. */
  static ClaimShape<NamedFields> shape(PoolName name) {
    Pool pool = Pool.named(name);
    return new ClaimShape<>(
        Identity.ACI,
        pool.stateField(),
        List.of(pool),
        List.of("epoch", pool.stateField(), lastField(name), pool.reserveField()),
        1,
        NamedFields::of);
  }

  /** The field of the device's keys that has the last-resort entry. */
  static String lastField(PoolName name) {
    return "last:" + name.text();
  }

  private static NamedFields of(byte[] @Nullable [] fields) {
    return new NamedFields(
        FieldsRead.number(fields[0], 0),
        FieldsRead.text(fields[1]),
        fields[2],
        FieldsRead.text(fields[3]));
  }

  @Override
  public boolean exists() {
    return epoch != 0;
  }

  @Override
  public boolean isComplete() {
    return exists() && !state.isEmpty();
  }

  @Override
  public ClaimResult.Refused lack() {
    return ClaimResult.Refused.NO_POOL;
  }

  @Override
  public byte @Nullable [] lastResort(int pool) {
    return last;
  }
}
