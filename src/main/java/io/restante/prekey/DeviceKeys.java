package io.restante.prekey;

import io.restante.protocol.SignedPrekey;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is stored of a device's keys besides its pools; null where it is not there.
 *
 * @param epoch 0 where there is none
 * @param identity 33 bytes
 * @param registrationId -1 where there is none
 * @param signed packed, see {@link SignedKeyCodec}
 * @param last the ML-KEM last-resort key, packed in the same way
 * @param ecLast generation A's last-resort key, see {@link EcEntryCodec}
 * @param signedAtSeconds when the signed prekey was uploaded, by Redis' clock; 0 where unknown
 * @param reserve how many entries its ends have, see {@link PoolCounts#inReserve}
 */
public record DeviceKeys(
    long epoch,
    byte @Nullable [] identity,
    int registrationId,
    byte @Nullable [] signed,
    byte @Nullable [] last,
    byte @Nullable [] ecLast,
    long signedAtSeconds,
    String reserve)
    implements FieldsRead {
  static final String RESERVE_FIELD = "reserve";

  /** The fields in the order in which {@link #of} takes them. */
  static final List<String> FIELDS =
      List.of("epoch", "identity", "reg", "signed", "last", "ec-last", "signed-at", RESERVE_FIELD);

  /** So many of the first of them must be there for a session to begin. */
  static final int REQUIRED = 4;

  /** Reads the values of {@link #FIELDS}. */
  static DeviceKeys of(byte[] @Nullable [] fields) {
    return new DeviceKeys(
        FieldsRead.number(fields[0], 0),
        fields[1],
        (int) FieldsRead.number(fields[2], -1),
        fields[3],
        fields[4],
        fields[5],
        FieldsRead.number(fields[6], 0),
        FieldsRead.text(fields[7]));
  }

  @Override
  public boolean exists() {
    return epoch != 0 || identity != null;
  }

  @Override
  public boolean isComplete() {
    return epoch != 0 && identity != null && registrationId >= 0 && signed != null;
  }

  @Override
  public ClaimResult.Refused lack() {
    return ClaimResult.Refused.NO_KEYS;
  }

  @Override
  public byte @Nullable [] lastResort(int pool) {
    return pool == 0 ? ecLast : last;
  }

  /** The signed prekey. */
  public Optional<SignedPrekey> signedPrekey() {
    return Optional.ofNullable(signed).map(SignedKeyCodec::unpack);
  }

  byte[] requireIdentity() {
    return required(identity);
  }

  byte[] requireSigned() {
    return required(signed);
  }

  private static byte[] required(byte @Nullable [] field) {
    if (field == null) {
      throw new IllegalStateException("keys of a device are not complete");
    }
    return field;
  }
}
