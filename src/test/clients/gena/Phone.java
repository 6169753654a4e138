package gena;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.whispersystems.libaxolotl.AxolotlAddress;
import org.whispersystems.libaxolotl.IdentityKeyPair;
import org.whispersystems.libaxolotl.state.PreKeyBundle;
import org.whispersystems.libaxolotl.state.PreKeyRecord;
import org.whispersystems.libaxolotl.state.SignedPreKeyRecord;
import org.whispersystems.libaxolotl.state.impl.InMemoryAxolotlStore;
import org.whispersystems.libaxolotl.util.KeyHelper;
import org.whispersystems.libaxolotl.util.guava.Optional;
import org.whispersystems.textsecure.api.TextSecureAccountManager;
import org.whispersystems.textsecure.api.TextSecureMessagePipe;
import org.whispersystems.textsecure.api.TextSecureMessageReceiver;
import org.whispersystems.textsecure.api.TextSecureMessageSender;
import org.whispersystems.textsecure.api.crypto.TextSecureCipher;
import org.whispersystems.textsecure.api.messages.TextSecureDataMessage;
import org.whispersystems.textsecure.api.messages.TextSecureEnvelope;
import org.whispersystems.textsecure.api.push.SignedPreKeyEntity;
import org.whispersystems.textsecure.api.push.TextSecureAddress;
import org.whispersystems.textsecure.api.push.TrustStore;
import org.whispersystems.textsecure.api.util.CredentialsProvider;
import org.whispersystems.textsecure.internal.push.PushServiceSocket;

/** A user with keys, sessions and at most one socket, who is known by a number and nothing else. */
final class Phone implements CredentialsProvider {
  private static final String AGENT = "gena";

  /**
   * Longer than the gateway's ack deadline, after which what the library lost behind the answer to
   * its upgrade comes again.
   */
  private static final long READ_MS = 45_000;

  private static final Set<Integer> TAKEN_IDS = new HashSet<>();
  private static final int SIGNALING_KEY_BYTES = 52;

  private final String url;
  private final TrustStore trust;
  final String number;
  final IdentityKeyPair identity = KeyHelper.generateIdentityKeyPair();
  final int registrationId = newRegistrationId();
  final InMemoryAxolotlStore store = new InMemoryAxolotlStore(identity, registrationId);
  String signalingKey = random(SIGNALING_KEY_BYTES);
  // A plus and a slash, so that the socket's query carries them.
  String password = "+/" + random(16);
  SignedPreKeyRecord signed;
  TextSecureMessagePipe pipe;

  /** That no phone had before: another one of the same number must be told from it. */
  private static int newRegistrationId() {
    int id = KeyHelper.generateRegistrationId(false);
    while (!TAKEN_IDS.add(id)) {
      id = KeyHelper.generateRegistrationId(false);
    }
    return id;
  }

  Phone(String url, TrustStore trust, String number) {
    this.url = url;
    this.trust = trust;
    this.number = number;
  }

  @Override
  public String getUser() {
    return number;
  }

  @Override
  public String getPassword() {
    return password;
  }

  @Override
  public String getSignalingKey() {
    return signalingKey;
  }

  TextSecureAccountManager manager() {
    return new TextSecureAccountManager(url, trust, number, password, AGENT);
  }

  TextSecureMessageReceiver receiver() {
    return new TextSecureMessageReceiver(url, trust, this, AGENT);
  }

  TextSecureMessageSender sender() {
    return new TextSecureMessageSender(
        url, trust, number, password, store, AGENT, Optional.absent());
  }

  String requestCode(boolean voice) throws IOException {
    if (voice) {
      manager().requestVoiceVerificationCode();
    } else {
      manager().requestSmsVerificationCode();
    }
    return "";
  }

  String verify(String code) throws IOException {
    manager().verifyAccountWithCode(code, signalingKey, registrationId, true);
    return "";
  }

  String changePassword() {
    password = random(16);
    return "";
  }

  /** Another key, which the gateway is told by {@link #attributes}. */
  String changeSignalingKey() {
    signalingKey = random(SIGNALING_KEY_BYTES);
    return "";
  }

  /** Uploads keys; the id of the last-resort key is the library's own. */
  String upload(int firstId, int count) throws Exception {
    List<PreKeyRecord> prekeys = KeyHelper.generatePreKeys(firstId, count);
    prekeys.forEach(prekey -> store.storePreKey(prekey.getId(), prekey));
    PreKeyRecord lastResort = KeyHelper.generateLastResortPreKey();
    store.storePreKey(lastResort.getId(), lastResort);
    newSigned(firstId);
    manager().setPreKeys(identity.getPublicKey(), lastResort, signed, prekeys);
    return Integer.toString(lastResort.getId());
  }

  private void newSigned(int id) throws Exception {
    signed = KeyHelper.generateSignedPreKey(identity, id);
    store.storeSignedPreKey(signed.getId(), signed);
  }

  String uploadSigned(int id) throws Exception {
    newSigned(id);
    manager().setSignedPreKey(signed);
    return "";
  }

  /** The id of the signed prekey the gateway has; fails where it is not the last uploaded. */
  String signed() throws IOException {
    SignedPreKeyEntity got = manager().getSignedPreKey();
    if (!got.getPublicKey().equals(signed.getKeyPair().getPublicKey())
        || !Arrays.equals(got.getSignature(), signed.getSignature())) {
      throw new AssertionError("signed prekey: another one");
    }
    return Integer.toString(got.getKeyId());
  }

  String attributes() throws IOException {
    manager().setAccountAttributes(signalingKey, registrationId, true);
    return "";
  }

  String pushToken(String token) throws IOException {
    manager().setGcmId(token.isEmpty() ? Optional.absent() : Optional.of(token));
    return "";
  }

  /** Ids of one-time and signed prekey and the registration id of device 1. */
  String fetch(String destination) throws IOException {
    PushServiceSocket http = new PushServiceSocket(url, trust, this, AGENT);
    List<PreKeyBundle> bundles = http.getPreKeys(new TextSecureAddress(destination), 1);
    PreKeyBundle bundle = bundles.get(0);
    return bundle.getPreKeyId()
        + "\t"
        + bundle.getSignedPreKeyId()
        + "\t"
        + bundle.getRegistrationId();
  }

  /** Sends a text; answers the time by which the library names the message. */
  String send(String destination, String text) throws Exception {
    TextSecureDataMessage message =
        TextSecureDataMessage.newBuilder()
            .withTimestamp(System.currentTimeMillis())
            .withBody(text)
            .build();
    sender().sendMessage(new TextSecureAddress(destination), message);
    return Long.toString(message.getTimestamp());
  }

  String receipt(String destination, long timestampMs) throws IOException {
    sender().sendDeliveryReceipt(new TextSecureAddress(destination), timestampMs);
    return "";
  }

  /** Takes the key another has now, as its user does who was told of it. */
  String acceptIdentity(Phone of) {
    store.saveIdentity(of.number, of.identity.getPublicKey());
    store.deleteSession(new AxolotlAddress(of.number, 1));
    return "";
  }

  /** Polls; the library takes each message off by its sender and time, once it is open. */
  String poll() throws IOException {
    List<String> lines = new ArrayList<>();
    receiver().retrieveMessages(envelope -> lines.add(openOrTell(envelope)));
    return String.join("\t", lines);
  }

  /** The same, of messages whose senders have no session with it: type and sender of each. */
  String pollUnopened() throws IOException {
    List<String> lines = new ArrayList<>();
    receiver().retrieveMessages(envelope -> lines.add(outside(envelope)));
    return String.join("\t", lines);
  }

  String readUnopened() throws Exception {
    return outside(pipe.read(READ_MS, TimeUnit.MILLISECONDS));
  }

  private static String outside(TextSecureEnvelope envelope) {
    return envelope.getType() + " " + envelope.getSource();
  }

  String connect() {
    pipe = receiver().createMessagePipe();
    return "";
  }

  /** The next message of the socket, acked by the library once it is open. */
  String read() throws Exception {
    List<String> line = new ArrayList<>();
    pipe.read(READ_MS, TimeUnit.MILLISECONDS, envelope -> line.add(openOrTell(envelope)));
    return line.get(0);
  }

  String disconnect() {
    pipe.shutdown();
    pipe = null;
    return "";
  }

  private String openOrTell(TextSecureEnvelope envelope) {
    try {
      return open(envelope);
    } catch (Exception e) {
      throw new AssertionError("not opened: " + e, e);
    }
  }

  /**
   * Type of the envelope, the sender's number and device, in which field it came, and the text; of
   * a receipt the time that it names instead of both.
   */
  private String open(TextSecureEnvelope envelope) throws Exception {
    String from =
        envelope.getType() + " " + envelope.getSource() + " " + envelope.getSourceDevice() + " ";
    if (envelope.isReceipt()) {
      return from + envelope.getTimestamp();
    }
    TextSecureCipher cipher = new TextSecureCipher(new TextSecureAddress(number), store);
    String text = cipher.decrypt(envelope).getDataMessage().get().getBody().get();
    return from + (envelope.hasLegacyMessage() ? "legacy " : "content ") + text;
  }

  private static String random(int bytes) {
    byte[] secret = new byte[bytes];
    new SecureRandom().nextBytes(secret);
    // The library's own decoder takes padded text only.
    return Base64.getEncoder().encodeToString(secret);
  }
}
