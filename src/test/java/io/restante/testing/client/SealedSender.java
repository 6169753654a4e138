package io.restante.testing.client;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import org.signal.libsignal.metadata.SealedSessionCipher;
import org.signal.libsignal.metadata.certificate.CertificateValidator;
import org.signal.libsignal.metadata.certificate.SenderCertificate;
import org.signal.libsignal.metadata.certificate.ServerCertificate;
import org.signal.libsignal.protocol.ecc.ECKeyPair;
import org.signal.libsignal.protocol.ecc.ECPublicKey;

/** Sealed sender among clients that trust a root of their own, which the gateway does not know. */
public final class SealedSender {
  /** Who sent, and what. */
  public record Opened(Peer from, String text) {}

  private static final long FAR_OFF_MS = 4_102_444_800_000L;

  private final ECKeyPair root = ECKeyPair.generate();
  private final ECKeyPair server = ECKeyPair.generate();
  private final ServerCertificate certificate =
      new ServerCertificate(root.getPrivateKey(), 1, server.getPublicKey());

  private static SealedSessionCipher cipher(Phone phone) {
    return new SealedSessionCipher(
        phone.aciKeys().store(),
        UUID.fromString(phone.aci()),
        phone.handle(),
        phone.peer().device());
  }

  /** Encrypts in the session with a device and seals who did. */
  public Outgoing seal(Phone sender, Bundle of, Peer peer, String text) {
    SenderCertificate issued =
        Libsignal.value(
            () ->
                certificate.issue(
                    server.getPrivateKey(),
                    sender.aci(),
                    Optional.of(sender.handle()),
                    sender.peer().device(),
                    new ECPublicKey(sender.aciKeys().identityKey()),
                    FAR_OFF_MS));
    byte[] sealed =
        Libsignal.value(
            () ->
                cipher(sender)
                    .encrypt(peer.address(), issued, text.getBytes(StandardCharsets.UTF_8)));
    return new Outgoing(Outgoing.SEALED_SENDER, peer.device(), of.registrationId(), sealed);
  }

  /** Opens what was sealed for this phone. */
  public Opened open(Phone phone, byte[] content, long serverTimestampMs) {
    SealedSessionCipher.DecryptionResult result =
        Libsignal.value(
            () ->
                cipher(phone)
                    .decrypt(
                        new CertificateValidator(root.getPublicKey()), content, serverTimestampMs));
    return new Opened(
        new Peer(result.getSenderUuid(), result.getDeviceId()),
        new String(result.getPaddedMessage(), StandardCharsets.UTF_8));
  }
}
