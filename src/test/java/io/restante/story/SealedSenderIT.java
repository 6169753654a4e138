package io.restante.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.SealedSenderFiles;
import io.restante.testing.GatewayExtension;
import io.restante.testing.client.Answer;
import io.restante.testing.client.Ask;
import io.restante.testing.client.Bundle;
import io.restante.testing.client.ClientSocket;
import io.restante.testing.client.Outgoing;
import io.restante.testing.client.Phone;
import io.restante.testing.client.SealedSender;
import io.restante.testing.wire.Wire.WireEnvelope;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.signal.libsignal.metadata.certificate.SenderCertificate;

/** Sealed sender with certificates that the gateway signs, under a root that the app embeds. */
final class SealedSenderIT {
  private static final SealedSenderFiles FILES = SealedSenderFiles.make();

  @RegisterExtension
  static final GatewayExtension GATEWAY =
      new GatewayExtension().with("sealed-sender.key", FILES.key().toString());

  private final Cast cast = new Cast(GATEWAY.publicUrl());

  @AfterAll
  static void clean() throws Exception {
    FILES.delete();
  }

  @Test
  void twoClientsExchangeSealedMessagesInBothDirections() {
    try (cast) {
      SealedSender sealed = new SealedSender(FILES.trustRoot());
      Phone alice = cast.phoneWithKeys(2);
      Phone bob = cast.phoneWithKeys(2);
      ClientSocket aliceSocket = cast.connect(alice);
      ClientSocket bobSocket = cast.connect(bob);
      aliceSocket.awaitQueueEmpty();
      bobSocket.awaitQueueEmpty();
      deliver(sealed, alice, bob, bobSocket, "who am I?");
      deliver(sealed, bob, alice, aliceSocket, "you are Alice");
    }
  }

  /** Fetches and sends without credentials, by the access key alone. */
  private void deliver(
      SealedSender sealed, Phone from, Phone to, ClientSocket socket, String text) {
    Ask fetch = Phone.fetching(to.peer()).with("Unidentified-Access-Key", to.accessKey());
    Bundle bundle = Phone.bundle(cast.http().send(fetch).join().expect(200));
    from.startSession(to.peer(), bundle);
    Outgoing outgoing = sealed.seal(from, bundle, to.peer(), text);
    Ask send =
        Outgoing.sending(to.aci(), 1_700_000_000_000L, List.of(outgoing))
            .with("Unidentified-Access-Key", to.accessKey());
    cast.http().send(send).join().expect(200);
    WireEnvelope envelope = socket.take();
    assertFalse(envelope.hasSourceServiceId());
    SealedSender.Opened opened =
        sealed.open(to, envelope.getContent().toByteArray(), envelope.getServerTimestamp());
    assertEquals(text, opened.text());
    assertEquals(from.peer(), opened.from());
  }

  @Test
  void certificateNamesTheHandleOnlyWhereItIsAskedFor() {
    Phone alice = cast.phone();
    byte[] with = certificate(alice, "/v1/certificate/delivery?includeUuid=true");
    byte[] without = certificate(alice, "/v1/certificate/delivery?includeE164=false");
    assertTrue(new String(with, StandardCharsets.ISO_8859_1).contains(alice.handle()));
    assertFalse(new String(without, StandardCharsets.ISO_8859_1).contains(alice.handle()));
  }

  @Test
  void certificateNamesTheAccountWhateverItIsAskedFor() throws Exception {
    Phone alice = cast.phone();
    byte[] bytes =
        certificate(alice, "/v1/certificate/delivery?includeUuid=false&includeE164=TRUE");
    SenderCertificate certificate = new SenderCertificate(bytes);
    assertEquals(alice.aci(), certificate.getSenderUuid());
    assertEquals(Optional.of(alice.handle()), certificate.getSenderE164());
  }

  @Test
  void whatIsNeitherTrueNorFalseIs400() {
    Phone alice = cast.phone();
    for (String query :
        List.of("includeE164=x", "includeE164=2", "includeUuid=", "includeUuid=00")) {
      Answer refused = alice.ask(Ask.get("/v1/certificate/delivery?" + query)).expect(400);
      assertEquals("malformed_query", refused.json().getString("code"));
    }
  }

  private static byte[] certificate(Phone phone, String path) {
    Answer answer = phone.ask(Ask.get(path)).expect(200);
    return Base64.getDecoder().decode(answer.json().getString("certificate"));
  }

  @Test
  void keyFilesAreReadableByTheirOwnerOnly() throws Exception {
    for (Path file : new Path[] {FILES.key(), FILES.root()}) {
      assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }
  }
}
