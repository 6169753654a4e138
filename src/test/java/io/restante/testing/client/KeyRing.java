package io.restante.testing.client;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.signal.libsignal.protocol.IdentityKeyPair;
import org.signal.libsignal.protocol.ecc.ECKeyPair;
import org.signal.libsignal.protocol.kem.KEMKeyPair;
import org.signal.libsignal.protocol.kem.KEMKeyType;
import org.signal.libsignal.protocol.state.KyberPreKeyRecord;
import org.signal.libsignal.protocol.state.PreKeyRecord;
import org.signal.libsignal.protocol.state.SignedPreKeyRecord;
import org.signal.libsignal.protocol.state.impl.InMemorySignalProtocolStore;
import org.signal.libsignal.protocol.util.KeyHelper;

/**
 * The keys of one identity on one device, private halves included, and the sessions made with them.
 * Not thread-safe, as libsignal's store is not.
 */
public final class KeyRing {
  /** Where the ids of one-time keys begin; the keys that are used again lie below. */
  public static final int ONE_TIME_ID_MIN = 1_000;

  /** Random ones would be the same for two installations every now and then. */
  private static final AtomicInteger REGISTRATIONS =
      new AtomicInteger(KeyHelper.generateRegistrationId(false));

  private static final int REGISTRATION_ID_MAX = 16_380;
  private static final Base64.Encoder BASE64 = Base64.getEncoder().withoutPadding();

  private final IdentityKeyPair identity;
  private final int registrationId = nextRegistrationId();
  private final InMemorySignalProtocolStore store;
  private final SignedPreKeyRecord signedPreKey;
  private final KyberPreKeyRecord lastResort;
  private int nextId = ONE_TIME_ID_MIN;

  /** Makes a new identity with its signed and its last-resort key. */
  public KeyRing() {
    this(IdentityKeyPair.generate());
  }

  private KeyRing(IdentityKeyPair identity) {
    this.identity = identity;
    store = new InMemorySignalProtocolStore(identity, registrationId);
    ECKeyPair pair = ECKeyPair.generate();
    signedPreKey = new SignedPreKeyRecord(1, now(), pair, sign(pair.getPublicKey().serialize()));
    store.storeSignedPreKey(signedPreKey.getId(), signedPreKey);
    lastResort = kyber(2);
  }

  /** The keys of a further device of the same identity. */
  public KeyRing ofFurtherDevice() {
    return new KeyRing(identity);
  }

  private static int nextRegistrationId() {
    return 1 + Math.floorMod(REGISTRATIONS.getAndIncrement(), REGISTRATION_ID_MAX);
  }

  private static long now() {
    return System.currentTimeMillis();
  }

  private byte[] sign(byte[] publicKey) {
    return identity.getPrivateKey().calculateSignature(publicKey);
  }

  private KyberPreKeyRecord kyber(int id) {
    KEMKeyPair pair = KEMKeyPair.generate(KEMKeyType.KYBER_1024);
    KyberPreKeyRecord made =
        new KyberPreKeyRecord(id, now(), pair, sign(pair.getPublicKey().serialize()));
    store.storeKyberPreKey(id, made);
    return made;
  }

  /** Sessions and private keys. */
  public InMemorySignalProtocolStore store() {
    return store;
  }

  /** The identity key, 33 bytes. */
  public byte[] identityKey() {
    return identity.getPublicKey().serialize();
  }

  /** Tells this installation from the next one. */
  public int registrationId() {
    return registrationId;
  }

  /** The signed key that is uploaded. */
  public SignedPreKeyRecord signedPreKey() {
    return signedPreKey;
  }

  /** The Kyber key that is handed out when all others are used up. */
  public KyberPreKeyRecord lastResort() {
    return lastResort;
  }

  /** New Curve25519 one-time keys. */
  public List<PreKeyRecord> oneTimeEc(int count) {
    List<PreKeyRecord> made = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      PreKeyRecord prekey = new PreKeyRecord(nextId++, ECKeyPair.generate());
      store.storePreKey(prekey.getId(), prekey);
      made.add(prekey);
    }
    return made;
  }

  /** New Kyber one-time keys. */
  public List<KyberPreKeyRecord> oneTimeKyber(int count) {
    List<KyberPreKeyRecord> made = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      made.add(kyber(nextId++));
    }
    return made;
  }

  /** Puts the signed and the last-resort key into a registration, or a link. */
  void putSignedKeys(JsonObject body, String identityName) {
    body.put(identityName + "SignedPreKey", json(signedPreKey));
    body.put(identityName + "PqLastResortPreKey", json(lastResort));
  }

  /** An upload of one-time keys; an empty list is left out. */
  public static JsonObject upload(List<PreKeyRecord> ec, List<KyberPreKeyRecord> kyber) {
    JsonObject body = new JsonObject();
    if (!ec.isEmpty()) {
      JsonArray list = new JsonArray();
      ec.forEach(key -> list.add(json(key)));
      body.put("preKeys", list);
    }
    if (!kyber.isEmpty()) {
      JsonArray list = new JsonArray();
      kyber.forEach(key -> list.add(json(key)));
      body.put("pqPreKeys", list);
    }
    return body;
  }

  /** {@code {keyId, publicKey, signature}}. */
  public static JsonObject json(SignedPreKeyRecord key) {
    return json(key.getId(), publicKey(key))
        .put("signature", BASE64.encodeToString(key.getSignature()));
  }

  /** {@code {keyId, publicKey, signature}}. */
  public static JsonObject json(KyberPreKeyRecord key) {
    return json(key.getId(), publicKey(key))
        .put("signature", BASE64.encodeToString(key.getSignature()));
  }

  /** {@code {keyId, publicKey}}. */
  public static JsonObject json(PreKeyRecord key) {
    return json(key.getId(), publicKey(key));
  }

  private static JsonObject json(int id, byte[] publicKey) {
    return new JsonObject().put("keyId", id).put("publicKey", BASE64.encodeToString(publicKey));
  }

  /** The public half, serialized. */
  public static byte[] publicKey(PreKeyRecord key) {
    return Libsignal.value(() -> key.getKeyPair().getPublicKey().serialize());
  }

  /** The public half, serialized. */
  public static byte[] publicKey(SignedPreKeyRecord key) {
    return Libsignal.value(() -> key.getKeyPair().getPublicKey().serialize());
  }

  /** The public half, serialized. */
  public static byte[] publicKey(KyberPreKeyRecord key) {
    return Libsignal.value(() -> key.getKeyPair().getPublicKey().serialize());
  }
}
