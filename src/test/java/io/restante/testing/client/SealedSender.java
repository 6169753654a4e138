package io.restante.testing.client;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.signal.libsignal.metadata.SealedSessionCipher;
import org.signal.libsignal.metadata.certificate.CertificateValidator;
import org.signal.libsignal.metadata.certificate.SenderCertificate;
import org.signal.libsignal.metadata.certificate.ServerCertificate;
import org.signal.libsignal.metadata.protocol.UnidentifiedSenderMessageContent;
import org.signal.libsignal.protocol.SignalProtocolAddress;
import org.signal.libsignal.protocol.ecc.ECKeyPair;
import org.signal.libsignal.protocol.ecc.ECPublicKey;
import org.signal.libsignal.protocol.groups.GroupCipher;
import org.signal.libsignal.protocol.groups.GroupSessionBuilder;
import org.signal.libsignal.protocol.message.SenderKeyDistributionMessage;
import org.signal.libsignal.protocol.state.SignalProtocolStore;

/** Sealed sender among clients that trust one root. */
public final class SealedSender {
  /** Who sent, and what. */
  public record Opened(Peer from, String text) {}

  private static final long FAR_OFF_MS = 4_102_444_800_000L;

  private final ECPublicKey root;
  private final Function<Phone, SenderCertificate> certificates;

  /** Trusts this root (33 bytes), and takes certificates from the gateway. */
  public SealedSender(byte[] root) {
    this.root = Libsignal.value(() -> new ECPublicKey(root));
    this.certificates = SealedSender::fromGateway;
  }

  /** Trusts a root of its own, which the gateway does not know. */
  public SealedSender() {
    ECKeyPair ownRoot = ECKeyPair.generate();
    ECKeyPair server = ECKeyPair.generate();
    ServerCertificate signer =
        new ServerCertificate(ownRoot.getPrivateKey(), 1, server.getPublicKey());
    this.root = ownRoot.getPublicKey();
    this.certificates =
        phone ->
            Libsignal.value(
                () ->
                    signer.issue(
                        server.getPrivateKey(),
                        phone.aci(),
                        Optional.of(phone.handle()),
                        phone.peer().device(),
                        new ECPublicKey(phone.aciKeys().identityKey()),
                        FAR_OFF_MS));
  }

  private static SenderCertificate fromGateway(Phone phone) {
    Answer answer = phone.ask(Ask.get("/v1/certificate/delivery")).expect(200);
    byte[] certificate = Base64.getDecoder().decode(answer.json().getString("certificate"));
    return Libsignal.value(() -> new SenderCertificate(certificate));
  }

  private static SealedSessionCipher cipher(Phone phone) {
    return new SealedSessionCipher(
        phone.aciKeys().store(),
        UUID.fromString(phone.aci()),
        phone.handle(),
        phone.peer().device());
  }

  /** Encrypts in the session with a device and seals who did. */
  public Outgoing seal(Phone sender, Bundle of, Peer peer, String text) {
    SenderCertificate issued = certificates.apply(sender);
    byte[] sealed =
        Libsignal.value(
            () ->
                cipher(sender)
                    .encrypt(peer.address(), issued, text.getBytes(StandardCharsets.UTF_8)));
    return new Outgoing(Outgoing.SEALED_SENDER, peer.device(), of.registrationId(), sealed);
  }

  /** Encrypts once for a group of devices, with all of which there are sessions, and seals it. */
  public byte[] sealForAll(Phone sender, List<Phone> group, String text) {
    SenderCertificate issued = certificates.apply(sender);
    SignalProtocolAddress own = sender.peer().address();
    UUID distribution = UUID.randomUUID();
    SignalProtocolStore store = sender.aciKeys().store();
    SenderKeyDistributionMessage key = new GroupSessionBuilder(store).create(own, distribution);
    for (Phone member : group) {
      new GroupSessionBuilder(member.aciKeys().store()).process(own, key);
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return Libsignal.value(
        () ->
            cipher(sender)
                .multiRecipientEncrypt(
                    group.stream().map(member -> member.peer().address()).toList(),
                    new UnidentifiedSenderMessageContent(
                        new GroupCipher(store, own).encrypt(distribution, bytes),
                        issued,
                        UnidentifiedSenderMessageContent.CONTENT_HINT_DEFAULT,
                        Optional.empty())));
  }

  /** Opens what was sealed for this phone. */
  public Opened open(Phone phone, byte[] content, long serverTimestampMs) {
    SealedSessionCipher.DecryptionResult result =
        Libsignal.value(
            () ->
                cipher(phone).decrypt(new CertificateValidator(root), content, serverTimestampMs));
    return new Opened(
        new Peer(result.getSenderUuid(), result.getDeviceId()),
        new String(result.getPaddedMessage(), StandardCharsets.UTF_8));
  }
}
