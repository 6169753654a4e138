package io.restante.prekey;

import io.restante.protocol.Identity;
import io.restante.redis.AccountKeys;
import java.util.List;

/**
 * A pool of entries that are opaque to the store, each of which is handed out once. Those of the
 * Signal protocol exist under both identities of a device, those with a name of its owner's choice
 * under its ACI. Entries in Redis stand after the epoch of the keys they belong to.
 *
 * @param name as it stands in key names
 * @param isNamed whether an owner chose the name
 * @param end which end of its reserve is its own
 */
public record Pool(String name, boolean isNamed, End end) {
  /** An end of a reserve, whose list two pools may share. */
  enum End {
    LEFT("l"),
    RIGHT("r");

    private final String letter;

    End(String letter) {
      this.letter = letter;
    }

    /** As it stands before an entry of the reserve. */
    String letter() {
      return letter;
    }
  }

  /** Curve25519 one-time prekeys, see {@link EcEntryCodec}. */
  public static final Pool EC = new Pool("ec", false, End.LEFT);

  /** ML-KEM-1024 one-time prekeys, see {@link KemEntryCodec}. */
  public static final Pool KEM = new Pool("kem", false, End.RIGHT);

  /** The pools of the Signal protocol, in the order in which they are popped. */
  public static final List<Pool> SIGNAL = List.of(EC, KEM);

  /** How many bytes of an entry in Redis are its epoch (big-endian, modulo 65536). */
  static final int EPOCH_BYTES = 2;

  private static final String TAG_OF_NAMED = "named";

  /** All that stand for a pool in metrics. */
  static final List<String> TAGS = List.of(EC.name(), KEM.name(), TAG_OF_NAMED);

  /** The pool of this name, see {@link PoolName}. */
  static Pool named(PoolName name) {
    return new Pool(name.text(), true, End.LEFT);
  }

  /** What stands for it in metrics: few and fixed, never an owner's name. */
  public String tag() {
    return isNamed ? TAG_OF_NAMED : name;
  }

  /** What stands between tag and device in the name of its reserve. */
  String reserveBeginning(Identity identity) {
    return AccountKeys.reserveBeginning(identity, isNamed ? name : "");
  }

  /** The field of the device's keys that tells how many entries the ends of its reserve have. */
  String reserveField() {
    return isNamed ? "reserve:" + name : DeviceKeys.RESERVE_FIELD;
  }

  /** The field that tells when it was filled, in which order, and for how long. */
  String stateField() {
    return "pool:" + name;
  }

  /** The epoch that stands before an entry. */
  static int epochOf(byte[] entry) {
    return ((entry[0] & 0xFF) << 8) | (entry[1] & 0xFF);
  }
}
