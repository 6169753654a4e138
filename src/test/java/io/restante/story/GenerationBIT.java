package io.restante.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.testing.ClientProgram;
import io.restante.testing.ClientProgram.Outcome;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Generation B, shown by an unmodified client of 2019 (signal-service-java 2.15.3) in a process of
 * its own, over TLS.
 */
class GenerationBIT {
  private static final String CIPHERTEXT = "1";
  private static final String PREKEY_BUNDLE = "3";
  private static final String SEALED_SENDER = "6";

  @RegisterExtension static final PhoneStage STAGE = stage();

  private final String aliceNumber = PhoneStage.newNumber();
  private final String bobNumber = PhoneStage.newNumber();
  private final ClientProgram client = STAGE.client();

  private static PhoneStage stage() {
    try {
      return new PhoneStage("genb", "genb.GenerationBClient");
    } catch (IOException e) {
      throw new AssertionError("no stage", e);
    }
  }

  @BeforeEach
  void begin() {
    client.log();
  }

  /** Where a socket fails it, the library quietly asks again over HTTP. */
  @AfterEach
  void noRequestThroughASocketWasAskedAgainOverHttp() {
    assertFalse(log().contains("Falling back"), client.transcript());
  }

  private String log() {
    return String.join("\n", client.log());
  }

  private static String message(String type, String aci, String number, String text) {
    return type + " " + aci + " " + number + " 1 " + text;
  }

  private String one(String... words) {
    List<String> result = client.step(words);
    assertEquals(1, result.size(), client.transcript());
    return result.get(0);
  }

  private void assertRefused(String exception, String... words) {
    Outcome outcome = client.tryStep(words);
    assertFalse(outcome.ok(), client.transcript());
    assertEquals(exception, outcome.first());
  }

  @Test
  void registersByTheCodeThatTheOperatorGot() {
    client.step("phone", "alice", aliceNumber);
    client.step("sms", "alice");
    PhoneStage.Code code = STAGE.code(aliceNumber);
    assertEquals("sms", code.transport());
    String wrong = code.code().equals("000000") ? "000001" : "000000";
    assertRefused("AuthorizationFailedException", "verify", "alice", wrong);
    assertRefused("AuthorizationFailedException", "count", "alice");
    String aci = one("verify", "alice", code.code());
    assertEquals(aci, one("whoami", "alice"));
    client.step("name-by-number", "alice");
    assertEquals(aci, one("whoami", "alice"));

    client.step("phone", "bob", bobNumber);
    client.step("voice", "bob");
    assertEquals("voice", STAGE.code(bobNumber).transport());
    assertNotEquals(aci, one("verify", "bob", STAGE.code(bobNumber).code()));
    // A code is used up.
    assertRefused("AuthorizationFailedException", "verify", "alice", code.code());
  }

  @Test
  void uploadsAndFetchesKeys() {
    STAGE.registerWithKeys("alice", aliceNumber, 100);
    String bob = STAGE.registerWithKeys("bob", bobNumber, 2);
    assertEquals("100", one("count", "alice"));
    assertEquals("1", one("signed", "alice"));
    client.step("upload-signed", "alice", "77");
    assertEquals("77", one("signed", "alice"));
    assertEquals("100", one("count", "alice"));
    client.step("upload-signed", "bob", "78");
    String byNumber = String.join(" ", client.step("fetch", "alice", bobNumber));
    String byUuid = String.join(" ", client.step("fetch", "alice", bob));
    assertTrue(byNumber.startsWith("1 78 "), byNumber);
    assertTrue(byUuid.startsWith("2 78 "), byUuid);
    assertEquals("0", one("count", "bob"));
    assertRefused("UnregisteredUserException", "fetch", "alice", PhoneStage.newNumber());
  }

  @Test
  void attributesAndPushTokensAndDevices() {
    STAGE.registerWithKeys("alice", aliceNumber, 1);
    // It tells a signaling key as well, and expects plain envelopes all the same.
    assertFalse(STAGE.isSealed(aliceNumber));
    client.step("attributes", "alice");
    assertFalse(STAGE.isSealed(aliceNumber));
    client.step("push-token", "alice", "a token");
    client.step("push-token", "alice", "");
    assertEquals("1", one("devices", "alice"));
    assertEquals("1", one("count", "alice"));
  }

  @Test
  void talksByPollingInBothDirections() {
    String alice = STAGE.registerWithKeys("alice", aliceNumber, 10);
    String bob = STAGE.registerWithKeys("bob", bobNumber, 10);
    assertEquals("sent", one("send", "alice", bobNumber, "Hallo Bob, grüß dich"));
    assertEquals("sent", one("send", "alice", bobNumber, "zwei"));
    // Both open before Alice has an answer, so both carry the bundle.
    assertEquals(
        List.of(
            message(PREKEY_BUNDLE, alice, aliceNumber, "Hallo Bob, grüß dich"),
            message(PREKEY_BUNDLE, alice, aliceNumber, "zwei")),
        client.step("poll", "bob"));
    assertEquals("", one("poll", "bob"));
    assertTrue(log().contains("/v1/messages/uuid/"));
    assertEquals("sent", one("send", "bob", alice, "Hallo Alice"));
    assertEquals(message(CIPHERTEXT, bob, bobNumber, "Hallo Alice"), one("poll", "alice"));
    assertEquals("sent", one("send", "alice", bobNumber, "drei"));
    assertEquals(message(CIPHERTEXT, alice, aliceNumber, "drei"), one("poll", "bob"));
  }

  @Test
  void takesMessagesOffByTheirSenderAndTime() {
    STAGE.registerWithKeys("alice", aliceNumber, 10);
    STAGE.registerWithKeys("bob", bobNumber, 10);
    client.step("send", "alice", bobNumber, "one");
    client.step("send", "alice", bobNumber, "two");
    assertEquals("2", one("poll-by-source", "bob"));
    assertEquals("0", one("poll-by-source", "bob"));
    assertTrue(log().contains("/v1/messages/" + aliceNumber + "/"));
  }

  @Test
  void talksByASocketThatNamesItselfByNumber() {
    String alice = STAGE.registerWithKeys("alice", aliceNumber, 10);
    String bob = STAGE.registerWithKeys("bob", bobNumber, 10);
    client.step("name-by-number", "bob");
    client.step("send", "alice", bob, "waits");
    client.step("connect", "alice");
    client.step("connect", "bob");
    assertEquals(message(PREKEY_BUNDLE, alice, aliceNumber, "waits"), one("read", "bob"));
    // Bob's library answers queue/empty with 400, and his socket goes on.
    client.step("send", "bob", alice, "live");
    assertEquals(message(CIPHERTEXT, bob, bobNumber, "live"), one("read", "alice"));
    client.step("send", "alice", bob, "live too");
    assertEquals(message(CIPHERTEXT, alice, aliceNumber, "live too"), one("read", "bob"));
    assertTrue(log().contains("Transmitting over pipe"));
    // His answer through the same socket comes after the ack of what he read.
    client.step("send", "bob", alice, "seen");
    assertEquals(message(CIPHERTEXT, bob, bobNumber, "seen"), one("read", "alice"));
    STAGE.awaitEmptyMailbox(bobNumber);
    assertEquals("", one("poll", "bob"));
    client.step("disconnect", "bob");
    client.step("disconnect", "alice");
  }

  @Test
  void whatWasNotReadBeforeTheSocketEndedComesAgain() {
    String alice = STAGE.registerWithKeys("alice", aliceNumber, 10);
    String bob = STAGE.registerWithKeys("bob", bobNumber, 10);
    client.step("send", "alice", bob, "kept");
    client.step("connect", "bob");
    client.step("disconnect", "bob");
    assertEquals(message(PREKEY_BUNDLE, alice, aliceNumber, "kept"), one("poll", "bob"));
  }

  @Test
  void wrongCredentialsAreRefusedOnTheSocketAndOverHttp() {
    STAGE.registerWithKeys("alice", aliceNumber, 1);
    client.step("change-password", "alice");
    assertEquals("refused", one("connect-refused", "alice"));
    client.step("name-by-number", "alice");
    assertEquals("refused", one("connect-refused", "alice"));
    assertRefused("AuthorizationFailedException", "count", "alice");
  }

  @Test
  void sendsSealedOverHttpAndThroughASocketWithoutCredentials() {
    String alice = STAGE.registerWithKeys("alice", aliceNumber, 10);
    STAGE.registerWithKeys("bob", bobNumber, 10);
    client.step("connect", "bob");
    assertEquals("sealed", one("send-sealed", "alice", "bob", "nobody knows"));
    assertEquals(message(SEALED_SENDER, alice, aliceNumber, "nobody knows"), one("read", "bob"));
    client.step("connect", "alice");
    client.step("connect-anonymous", "alice");
    assertEquals("sealed", one("send-sealed", "alice", "bob", "by socket"));
    assertEquals(message(SEALED_SENDER, alice, aliceNumber, "by socket"), one("read", "bob"));
    assertTrue(log().contains("Transmitting over unidentified pipe"));
    client.step("disconnect", "alice");
    client.step("disconnect", "bob");
  }

  @Test
  void aNewPhoneKeepsTheAccountAndTalksOn() {
    String alice = STAGE.registerWithKeys("alice", aliceNumber, 10);
    String bob = STAGE.registerWithKeys("bob", bobNumber, 10);
    client.step("send", "alice", bob, "to the old phone");
    client.step("send", "alice", bob, "never read");
    client.step("connect", "bob");
    assertEquals(
        message(PREKEY_BUNDLE, alice, aliceNumber, "to the old phone"), one("read", "bob"));
    client.step("disconnect", "bob");

    assertEquals(bob, STAGE.register("bob", bobNumber));
    assertEquals("0", one("count", "bob"));
    assertEquals("", one("poll", "bob"));
    client.step("upload", "bob", "1", "5");
    assertEquals("5", one("count", "bob"));
    // Told by 410 that her session is stale, Alice's library fetches, and stops at the new key.
    assertRefused("UntrustedIdentityException", "send", "alice", bob, "to the new phone");
    client.step("accept-identity", "alice", "bob");
    assertEquals("sent", one("send", "alice", bob, "to the new phone"));
    client.step("connect", "bob");
    assertEquals(
        message(PREKEY_BUNDLE, alice, aliceNumber, "to the new phone"), one("read", "bob"));
    client.step("send", "bob", alice, "from the new phone");
    assertEquals(message(CIPHERTEXT, bob, bobNumber, "from the new phone"), one("poll", "alice"));
    client.step("disconnect", "bob");
  }

  @Test
  void nobodyIsRegisteredUnderAnUnknownNumber() {
    STAGE.registerWithKeys("alice", aliceNumber, 1);
    String nobody = PhoneStage.newNumber();
    assertRefused("UnregisteredUserException", "send", "alice", nobody, "hello?");
  }
}
