package io.restante.prekey;

import io.restante.protocol.SignedPrekey;
import io.vertx.redis.client.Response;
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
 */
public record DeviceKeys(
    long epoch,
    byte @Nullable [] identity,
    int registrationId,
    byte @Nullable [] signed,
    byte @Nullable [] last,
    byte @Nullable [] ecLast) {
  /** The fields in the order in which {@link #read} takes them. */
  static final String[] FIELDS = {"epoch", "identity", "reg", "signed", "last", "ec-last"};

  /** Reads the reply to {@code HMGET} of {@link #FIELDS}. */
  static DeviceKeys read(@Nullable Response reply) {
    if (reply == null || reply.size() != FIELDS.length) {
      throw new IllegalStateException("HMGET answered another number of fields");
    }
    Response epoch = reply.get(0);
    Response registrationId = reply.get(2);
    return new DeviceKeys(
        epoch == null ? 0 : epoch.toLong(),
        bytes(reply.get(1)),
        registrationId == null ? -1 : registrationId.toInteger(),
        bytes(reply.get(3)),
        bytes(reply.get(4)),
        bytes(reply.get(5)));
  }

  static byte @Nullable [] bytes(@Nullable Response field) {
    return field == null ? null : field.toBytes();
  }

  /** Whether anything is stored. */
  boolean exists() {
    return epoch != 0 || identity != null;
  }

  /** Whether a session can begin with them. */
  boolean isComplete() {
    return epoch != 0 && identity != null && registrationId >= 0 && signed != null;
  }

  /** The signed prekey. */
  public Optional<SignedPrekey> signedPrekey() {
    return Optional.ofNullable(signed).map(SignedKeyCodec::unpack);
  }

  /** Whether an entry belongs to these keys. */
  boolean owns(byte[] entry) {
    return Pool.epochOf(entry) == (epoch & 0xFFFF);
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
