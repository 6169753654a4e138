package genb;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.signal.libsignal.metadata.certificate.CertificateValidator;
import org.whispersystems.libsignal.IdentityKeyPair;
import org.whispersystems.libsignal.SignalProtocolAddress;
import org.whispersystems.libsignal.state.PreKeyBundle;
import org.whispersystems.libsignal.state.PreKeyRecord;
import org.whispersystems.libsignal.state.SignedPreKeyRecord;
import org.whispersystems.libsignal.state.impl.InMemorySignalProtocolStore;
import org.whispersystems.libsignal.util.KeyHelper;
import org.whispersystems.libsignal.util.guava.Optional;
import org.whispersystems.signalservice.api.SignalServiceAccountManager;
import org.whispersystems.signalservice.api.SignalServiceMessagePipe;
import org.whispersystems.signalservice.api.SignalServiceMessageReceiver;
import org.whispersystems.signalservice.api.SignalServiceMessageSender;
import org.whispersystems.signalservice.api.crypto.SignalServiceCipher;
import org.whispersystems.signalservice.api.crypto.UnidentifiedAccess;
import org.whispersystems.signalservice.api.crypto.UnidentifiedAccessPair;
import org.whispersystems.signalservice.api.messages.SendMessageResult;
import org.whispersystems.signalservice.api.messages.SignalServiceContent;
import org.whispersystems.signalservice.api.messages.SignalServiceDataMessage;
import org.whispersystems.signalservice.api.messages.SignalServiceEnvelope;
import org.whispersystems.signalservice.api.push.SignalServiceAddress;
import org.whispersystems.signalservice.api.push.SignedPreKeyEntity;
import org.whispersystems.signalservice.api.util.CredentialsProvider;
import org.whispersystems.signalservice.api.util.UptimeSleepTimer;
import org.whispersystems.signalservice.api.websocket.ConnectivityListener;
import org.whispersystems.signalservice.internal.configuration.SignalServiceConfiguration;
import org.whispersystems.signalservice.internal.push.PushServiceSocket;
import org.whispersystems.signalservice.internal.push.SignalServiceEnvelopeEntity;

/** A user with keys, sessions and at most one socket. */
final class Phone implements CredentialsProvider, ConnectivityListener {
  private static final String AGENT = "genb";
  private static final long READ_MS = 45_000;
  private static final Set<Integer> TAKEN_IDS = new HashSet<>();
  private static final Optional<String> NONE = Optional.absent();

  private final SignalServiceConfiguration service;
  private final CertificateValidator sealedSender;
  final String number;
  final String signalingKey = Base64.getEncoder().encodeToString(new byte[52]);
  final IdentityKeyPair identity = KeyHelper.generateIdentityKeyPair();
  final int registrationId = newRegistrationId();
  final InMemorySignalProtocolStore store =
      new InMemorySignalProtocolStore(identity, registrationId);
  final byte[] accessKey = UnidentifiedAccess.deriveAccessKeyFrom(new byte[32]);
  // A plus and a slash, so that the socket's query carries them.
  String password = "+/" + random(16);
  UUID registered;
  UUID named;
  SignedPreKeyRecord signed;
  SignalServiceMessagePipe pipe;
  SignalServiceMessagePipe anonymousPipe;
  CountDownLatch connected = new CountDownLatch(1);
  CountDownLatch refused = new CountDownLatch(1);

  /** That no phone had before: another one of the same number must be told from it. */
  private static int newRegistrationId() {
    int id = KeyHelper.generateRegistrationId(false);
    while (!TAKEN_IDS.add(id)) {
      id = KeyHelper.generateRegistrationId(false);
    }
    return id;
  }

  Phone(SignalServiceConfiguration service, CertificateValidator sealedSender, String number) {
    this.service = service;
    this.sealedSender = sealedSender;
    this.number = number;
  }

  @Override
  public UUID getUuid() {
    return named;
  }

  @Override
  public String getE164() {
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

  @Override
  public void onConnected() {
    connected.countDown();
  }

  @Override
  public void onConnecting() {}

  @Override
  public void onDisconnected() {}

  @Override
  public void onAuthenticationFailure() {
    refused.countDown();
  }

  SignalServiceAccountManager manager() {
    return new SignalServiceAccountManager(service, this, AGENT);
  }

  SignalServiceMessageReceiver receiver() {
    return new SignalServiceMessageReceiver(service, this, AGENT, this, new UptimeSleepTimer());
  }

  PushServiceSocket http() {
    return new PushServiceSocket(service, this, AGENT);
  }

  String requestCode(boolean voice) throws IOException {
    if (voice) {
      manager().requestVoiceVerificationCode(Locale.GERMANY, NONE, NONE);
    } else {
      manager().requestSmsVerificationCode(true, NONE, NONE);
    }
    return "";
  }

  String verify(String code) throws IOException {
    // While registering, a phone names itself by its number.
    named = null;
    registered =
        manager()
            .verifyAccountWithCode(
                code, signalingKey, registrationId, true, null, accessKey, false);
    named = registered;
    return registered.toString();
  }

  String nameBy(UUID uuid) {
    named = uuid;
    return "";
  }

  String changePassword() {
    password = random(16);
    return "";
  }

  String upload(int firstId, int count) throws Exception {
    List<PreKeyRecord> prekeys = KeyHelper.generatePreKeys(firstId, count);
    prekeys.forEach(prekey -> store.storePreKey(prekey.getId(), prekey));
    newSigned(firstId);
    manager().setPreKeys(identity.getPublicKey(), signed, prekeys);
    return "";
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
    manager().setAccountAttributes(signalingKey, registrationId, true, null, accessKey, true);
    return "";
  }

  String pushToken(String token) throws IOException {
    manager().setGcmId(token.isEmpty() ? NONE : Optional.of(token));
    return "";
  }

  /** Ids of one-time and signed prekey and the registration id of device 1. */
  String fetch(String destination) throws IOException {
    List<PreKeyBundle> bundles = http().getPreKeys(address(destination), Optional.absent(), 1);
    PreKeyBundle bundle = bundles.get(0);
    return bundle.getPreKeyId()
        + "\t"
        + bundle.getSignedPreKeyId()
        + "\t"
        + bundle.getRegistrationId();
  }

  String send(String destination, String text) throws Exception {
    return send(destination, text, Optional.absent());
  }

  private String send(String destination, String text, Optional<UnidentifiedAccessPair> access)
      throws Exception {
    SignalServiceMessageSender sender =
        new SignalServiceMessageSender(
            service,
            this,
            store,
            AGENT,
            false,
            Optional.fromNullable(pipe),
            Optional.fromNullable(anonymousPipe),
            Optional.absent());
    SignalServiceDataMessage message =
        SignalServiceDataMessage.newBuilder()
            .withTimestamp(System.currentTimeMillis())
            .withBody(text)
            .build();
    SendMessageResult result = sender.sendMessage(address(destination), access, message);
    SendMessageResult.Success success = result.getSuccess();
    return success == null ? "not sent" : success.isUnidentified() ? "sealed" : "sent";
  }

  String sendSealed(Phone to, String text) throws Exception {
    byte[] certificate = manager().getSenderCertificate();
    UnidentifiedAccess access = new UnidentifiedAccess(to.accessKey, certificate);
    return send(
        to.registered.toString(), text, Optional.of(new UnidentifiedAccessPair(access, access)));
  }

  /** Takes the key another has now, as its user does who was told of it. */
  String acceptIdentity(Phone of) {
    for (String name : List.of(of.number, of.registered.toString())) {
      SignalProtocolAddress address = new SignalProtocolAddress(name, 1);
      store.saveIdentity(address, of.identity.getPublicKey());
      store.deleteSession(address);
    }
    return "";
  }

  /** Polls; each message is taken off the gateway by its guid, as the library does. */
  String poll() throws Exception {
    List<SignalServiceEnvelope> polled = receiver().retrieveMessages();
    List<String> lines = new ArrayList<>();
    for (SignalServiceEnvelope envelope : polled) {
      lines.add(open(envelope));
    }
    return String.join("\t", lines);
  }

  /** Polls without a look, and takes each message off by its sender and time. */
  String pollBySource() throws IOException {
    PushServiceSocket http = http();
    List<SignalServiceEnvelopeEntity> polled = http.getMessages();
    for (SignalServiceEnvelopeEntity entity : polled) {
      http.acknowledgeMessage(entity.getSourceE164(), entity.getTimestamp());
    }
    return Integer.toString(polled.size());
  }

  String connect() throws InterruptedException {
    openPipe();
    return awaitConnected();
  }

  private String awaitConnected() throws InterruptedException {
    if (!connected.await(READ_MS, TimeUnit.MILLISECONDS)) {
      throw new AssertionError("socket: not connected");
    }
    return "";
  }

  /** A second socket, without credentials: sealed messages go through it. */
  String connectAnonymous() throws InterruptedException {
    connected = new CountDownLatch(1);
    anonymousPipe = receiver().createUnidentifiedMessagePipe();
    return awaitConnected();
  }

  String connectRefused() throws InterruptedException {
    openPipe();
    boolean told = refused.await(READ_MS, TimeUnit.MILLISECONDS);
    disconnect();
    return told ? "refused" : "not refused";
  }

  private void openPipe() {
    connected = new CountDownLatch(1);
    refused = new CountDownLatch(1);
    pipe = receiver().createMessagePipe();
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
    if (anonymousPipe != null) {
      anonymousPipe.shutdown();
      anonymousPipe = null;
    }
    return "";
  }

  private String openOrTell(SignalServiceEnvelope envelope) {
    try {
      return open(envelope);
    } catch (Exception e) {
      throw new AssertionError("not opened: " + e, e);
    }
  }

  /** Type of the envelope, who the sender is, which device, and the text. */
  private String open(SignalServiceEnvelope envelope) throws Exception {
    SignalServiceCipher cipher =
        new SignalServiceCipher(new SignalServiceAddress(registered, number), store, sealedSender);
    SignalServiceContent content = cipher.decrypt(envelope);
    SignalServiceAddress sender = content.getSender();
    return String.join(
        " ",
        Integer.toString(envelope.getType()),
        sender.getUuid().isPresent() ? sender.getUuid().get().toString() : "-",
        sender.getNumber().or("-"),
        Integer.toString(content.getSenderDevice()),
        content.getDataMessage().get().getBody().get());
  }

  private static SignalServiceAddress address(String destination) {
    return destination.startsWith("+")
        ? new SignalServiceAddress(null, destination)
        : new SignalServiceAddress(UUID.fromString(destination), null);
  }

  private static String random(int bytes) {
    byte[] secret = new byte[bytes];
    new SecureRandom().nextBytes(secret);
    return Base64.getEncoder().withoutPadding().encodeToString(secret);
  }
}
