package io.restante.testing.client;

import io.restante.testing.wire.Wire.WireEnvelope;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import org.signal.libsignal.protocol.SessionBuilder;
import org.signal.libsignal.protocol.SessionCipher;
import org.signal.libsignal.protocol.message.CiphertextMessage;
import org.signal.libsignal.protocol.message.PreKeySignalMessage;
import org.signal.libsignal.protocol.message.SignalMessage;
import org.signal.libsignal.protocol.state.KyberPreKeyRecord;
import org.signal.libsignal.protocol.state.PreKeyRecord;

/**
 * One device of a messenger's user, generation C: registers by session, keeps the keys of both its
 * identities, encrypts and decrypts. Not thread-safe, but for its requests.
 */
public final class Phone {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String KEYS = "/v2/keys";

  private final Channel http;
  private final String handle;
  private final KeyRing aciKeys;
  private final KeyRing pniKeys;
  private final String password;
  private final byte[] accessKey = random(16);
  private String aci = "";
  private String pni = "";
  private int device = 1;

  /** A new phone with new keys, which knows nobody and whom nobody knows. */
  public Phone(Channel http, String handle) {
    this(http, handle, new KeyRing(), new KeyRing());
  }

  private Phone(Channel http, String handle, KeyRing aciKeys, KeyRing pniKeys) {
    this.http = http;
    this.handle = handle;
    this.aciKeys = aciKeys;
    this.pniKeys = pniKeys;
    this.password = Base64.getUrlEncoder().withoutPadding().encodeToString(random(18));
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    RANDOM.nextBytes(bytes);
    return bytes;
  }

  /** Registers by session and remembers the ids of the account. */
  public Phone register() {
    Ask register =
        Ask.post("/v1/registration", verifiedRegistration())
            .with("Authorization", basic(handle, password));
    JsonObject account = http.ask(register).expect(200).json();
    aci = account.getString("uuid");
    pni = account.getString("pni");
    return this;
  }

  /** What a registration sends, with a session that was verified for it. */
  public JsonObject verifiedRegistration() {
    String session = verify().getString("id");
    JsonObject body =
        new JsonObject()
            .put("sessionId", session)
            .put("accountAttributes", attributes())
            .put("aciIdentityKey", base64(aciKeys.identityKey()))
            .put("pniIdentityKey", base64(pniKeys.identityKey()))
            .put("skipDeviceTransfer", true)
            .put("requireAtomic", true);
    aciKeys.putSignedKeys(body, "aci");
    pniKeys.putSignedKeys(body, "pni");
    return body;
  }

  /** Makes a registration session and has it verified; returns it as last told. */
  public JsonObject verify() {
    String sessions = "/v1/verification/session";
    JsonObject number = new JsonObject().put("number", handle);
    JsonObject session = http.ask(Ask.post(sessions, number)).expect(200).json();
    String path = sessions + "/" + session.getString("id") + "/code";
    JsonObject how = new JsonObject().put("client", "android").put("transport", "sms");
    http.ask(Ask.post(path, how)).expect(200);
    JsonObject code = new JsonObject().put("code", "123456");
    JsonObject verified = http.ask(Ask.put(path, code)).expect(200).json();
    if (!verified.getBoolean("verified")) {
      throw new AssertionError("the session is not verified");
    }
    return verified;
  }

  /** What it tells of itself: {@code accountAttributes} of the contract. */
  public JsonObject attributes() {
    return new JsonObject()
        .put("registrationId", aciKeys.registrationId())
        .put("pniRegistrationId", pniKeys.registrationId())
        .put("fetchesMessages", true)
        .put("unidentifiedAccessKey", base64(accessKey))
        .put("unrestrictedUnidentifiedAccess", false)
        .put("capabilities", new JsonObject().put("storage", true).put("deleteSync", false));
  }

  /** A further device of this account, with keys of its own, linked by a code of this one. */
  public Phone link() {
    Phone further = furtherDevice(0);
    Ask link = further.linkingAsk(further.linking(linkCode()));
    JsonObject linked = http.ask(link).expect(200).json();
    if (!linked.getString("uuid").equals(aci) || !linked.getString("pni").equals(pni)) {
      throw new AssertionError("linked to another account");
    }
    further.device = linked.getInteger("deviceId");
    return further;
  }

  /** A code that links one device. */
  public String linkCode() {
    return ask(Ask.get("/v1/devices/provisioning/code"))
        .expect(200)
        .json()
        .getString("verificationCode");
  }

  /** What a device sends that wants to be linked by a code. */
  public JsonObject linking(String code) {
    JsonObject body =
        new JsonObject().put("verificationCode", code).put("accountAttributes", attributes());
    aciKeys.putSignedKeys(body, "aci");
    pniKeys.putSignedKeys(body, "pni");
    return body;
  }

  /** The request of a device that wants to be linked. */
  public Ask linkingAsk(JsonObject body) {
    return Ask.put("/v1/devices/link", body).with("Authorization", basic(handle, password));
  }

  /** A further device of this account, with keys of its own. It is not yet known to the gateway. */
  public Phone furtherDevice(int number) {
    Phone further = new Phone(http, handle, aciKeys.ofFurtherDevice(), pniKeys.ofFurtherDevice());
    further.aci = aci;
    further.pni = pni;
    further.device = number;
    return further;
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static String basic(String name, String password) {
    return "Basic " + base64((name + ":" + password).getBytes(StandardCharsets.UTF_8));
  }

  /** The handle. */
  public String handle() {
    return handle;
  }

  /** The account's id. */
  public String aci() {
    return aci;
  }

  /** The account's second id. */
  public String pni() {
    return pni;
  }

  /** What others call this device. */
  public Peer peer() {
    return new Peer(aci, device);
  }

  /** The password that it made for itself. */
  public String password() {
    return password;
  }

  /** The keys of the ACI. */
  public KeyRing aciKeys() {
    return aciKeys;
  }

  /** The keys of the PNI. */
  public KeyRing pniKeys() {
    return pniKeys;
  }

  /** What admits anonymous callers, base64: value of {@code Unidentified-Access-Key}. */
  public String accessKey() {
    return base64(accessKey);
  }

  /** The value of {@code Authorization}. */
  public String authorization() {
    return basic(device == 1 ? aci : aci + "." + device, password);
  }

  /** The request, with this device's credentials. */
  public Ask signed(Ask ask) {
    return ask.with("Authorization", authorization());
  }

  /** Asks over HTTP with this device's credentials. */
  public Answer ask(Ask ask) {
    return http.ask(signed(ask));
  }

  /** Makes and uploads so many one-time keys of both kinds for the ACI. */
  public void refill(int count) {
    upload(aciKeys.oneTimeEc(count), aciKeys.oneTimeKyber(count));
  }

  /** Uploads one-time keys for the ACI. */
  public void upload(List<PreKeyRecord> ec, List<KyberPreKeyRecord> kyber) {
    ask(Ask.put(KEYS, KeyRing.upload(ec, kyber))).expect(204);
  }

  /** What lies in the pools of the ACI. */
  public Stock stock() {
    JsonObject counts = ask(Ask.get(KEYS)).expect(200).json();
    return new Stock(counts.getInteger("count"), counts.getInteger("pqCount"));
  }

  /** The request for one device's bundle. */
  public static Ask fetching(Peer peer) {
    return Ask.get(KEYS + "/" + peer.aci() + "/" + peer.device());
  }

  /** The bundle that an answer to {@link #fetching} brings, which must be of one device. */
  public static Bundle bundle(Answer answer) {
    List<Bundle> devices = bundles(answer);
    if (devices.size() != 1) {
      throw new AssertionError(devices.size() + " devices");
    }
    return devices.get(0);
  }

  /** The bundles that an answer brings. */
  public static List<Bundle> bundles(Answer answer) {
    return Bundle.read(answer.expect(200).json());
  }

  /** Fetches a device's bundle over HTTP. */
  public Bundle fetch(Peer peer) {
    return bundle(ask(fetching(peer)));
  }

  /** Starts a session from a bundle; libsignal verifies its signatures. */
  public void startSession(Peer peer, Bundle bundle) {
    Libsignal.value(
        () -> {
          new SessionBuilder(aciKeys.store(), peer.address()).process(bundle.forLibsignal());
          return true;
        });
  }

  /** Takes a peer's new identity key for good: the user was told that it changed. */
  public void acceptIdentity(Peer peer, Bundle bundle) {
    aciKeys.store().saveIdentity(peer.address(), bundle.identityKey());
  }

  /** Encrypts in the session with a device, which must be there. */
  public Outgoing encrypt(Peer peer, String text) {
    SessionCipher cipher = new SessionCipher(aciKeys.store(), peer.address());
    CiphertextMessage message =
        Libsignal.value(() -> cipher.encrypt(text.getBytes(StandardCharsets.UTF_8)));
    int type =
        message.getType() == CiphertextMessage.PREKEY_TYPE
            ? Outgoing.PREKEY_BUNDLE
            : Outgoing.CIPHERTEXT;
    return new Outgoing(type, peer.device(), cipher.getRemoteRegistrationId(), message.serialize());
  }

  /** The request that sends a text in the session with a device. */
  public Ask sending(Peer peer, String text) {
    long timestamp = System.currentTimeMillis();
    return Outgoing.sending(peer.aci(), timestamp, List.of(encrypt(peer, text)));
  }

  /** Encrypts and sends over HTTP; fetches a bundle first where there is no session. */
  public void send(Peer peer, String text) {
    if (!aciKeys.store().containsSession(peer.address())) {
      startSession(peer, fetch(peer));
    }
    ask(sending(peer, text)).expect(200);
  }

  /** Decrypts what came for one of its identities; {@link Refusal} where libsignal refuses it. */
  public String decrypt(WireEnvelope envelope) {
    Peer from = new Peer(envelope.getSourceServiceId(), envelope.getSourceDevice());
    boolean forPni = envelope.getDestinationServiceId().startsWith("PNI:");
    KeyRing keys = forPni ? pniKeys : aciKeys;
    SessionCipher cipher = new SessionCipher(keys.store(), from.address());
    byte[] content = envelope.getContent().toByteArray();
    byte[] text =
        Libsignal.value(
            () ->
                switch (envelope.getType()) {
                  case Outgoing.PREKEY_BUNDLE -> cipher.decrypt(new PreKeySignalMessage(content));
                  case Outgoing.CIPHERTEXT -> cipher.decrypt(new SignalMessage(content));
                  default -> throw new AssertionError("type " + envelope.getType());
                });
    return new String(text, StandardCharsets.UTF_8);
  }
}
