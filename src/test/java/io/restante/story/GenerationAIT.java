package io.restante.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.testing.ClientProgram;
import io.restante.testing.ClientProgram.Outcome;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Generation A, shown by an unmodified client of 2015 (textsecure-java 1.8.3) in a process of its
 * own, over TLS. Its library refuses an envelope from a socket that is not sealed under the key it
 * told.
 */
class GenerationAIT {
  private static final String CIPHERTEXT = "1";
  private static final String PREKEY_BUNDLE = "3";
  private static final String RECEIPT = "5";
  private static final String LAST_RESORT_ID = "16777215";

  @RegisterExtension static final PhoneStage STAGE = stage();

  private final String alice = PhoneStage.newNumber();
  private final String bob = PhoneStage.newNumber();
  private final ClientProgram client = STAGE.client();

  private static PhoneStage stage() {
    try {
      return new PhoneStage("gena", "gena.GenerationAClient");
    } catch (IOException e) {
      throw new AssertionError("no stage", e);
    }
  }

  @BeforeEach
  void begin() {
    client.log();
  }

  private String log() {
    return String.join("\n", client.log());
  }

  private static String message(String type, String number, String text) {
    return type + " " + number + " 1 legacy " + text;
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

  private void registerBoth() {
    STAGE.registerWithKeys("alice", alice, 10);
    STAGE.registerWithKeys("bob", bob, 10);
  }

  @Test
  void registersByTheCodeThatTheOperatorGotAndKeepsItsNumberAsItsName() {
    client.step("phone", "alice", alice);
    client.step("sms", "alice");
    PhoneStage.Code code = STAGE.code(alice);
    assertEquals("sms", code.transport());
    String wrong = code.code().equals("000000") ? "000001" : "000000";
    assertRefused("AuthorizationFailedException", "verify", "alice", wrong);
    assertRefused("AuthorizationFailedException", "count", "alice");
    client.step("verify", "alice", code.code());
    assertEquals("0", one("count", "alice"));

    client.step("phone", "bob", bob);
    client.step("voice", "bob");
    assertEquals("voice", STAGE.code(bob).transport());
    client.step("verify", "bob", STAGE.code(bob).code());
    client.step("change-password", "bob");
    assertRefused("AuthorizationFailedException", "count", "bob");
  }

  @Test
  void uploadsAndFetchesKeys() {
    STAGE.registerWithKeys("alice", alice, 100);
    STAGE.registerWithKeys("bob", bob, 2);
    assertEquals("100", one("count", "alice"));
    assertEquals("1", one("signed", "alice"));
    client.step("upload-signed", "bob", "78");
    assertEquals("78", one("signed", "bob"));
    assertEquals("2", one("count", "bob"));
    List<String> first = client.step("fetch", "alice", bob);
    assertEquals(List.of("1", "78"), first.subList(0, 2));
    assertEquals(List.of("2", "78", first.get(2)), client.step("fetch", "alice", bob));
    assertEquals("0", one("count", "bob"));
    assertRefused("UnregisteredUserException", "fetch", "alice", PhoneStage.newNumber());
  }

  @Test
  void theLastResortKeyStandsInForAnEmptyPoolAsOftenAsItIsAsked() {
    STAGE.register("bob", bob);
    assertEquals(LAST_RESORT_ID, one("upload", "bob", "1", "1"));
    STAGE.registerWithKeys("alice", alice, 10);
    assertEquals("1", client.step("fetch", "alice", bob).get(0));
    assertEquals(LAST_RESORT_ID, client.step("fetch", "alice", bob).get(0));
    assertEquals(LAST_RESORT_ID, client.step("fetch", "alice", bob).get(0));
    client.step("send", "alice", bob, "under the last key");
    String carol = PhoneStage.newNumber();
    STAGE.registerWithKeys("carol", carol, 10);
    client.step("send", "carol", bob, "under the same one");
    assertEquals(
        List.of(
            message(PREKEY_BUNDLE, alice, "under the last key"),
            message(PREKEY_BUNDLE, carol, "under the same one")),
        client.step("poll", "bob"));
  }

  @Test
  void attributesAndPushTokensAndDevices() {
    STAGE.registerWithKeys("alice", alice, 1);
    assertTrue(STAGE.isSealed(alice));
    client.step("attributes", "alice");
    assertTrue(STAGE.isSealed(alice));
    client.step("push-token", "alice", "a token");
    client.step("push-token", "alice", "");
    assertEquals("1", one("devices", "alice"));
    assertEquals("1", one("count", "alice"));
  }

  @Test
  void talksByPollingInBothDirectionsAndTakesMessagesOffByTheirSenderAndTime() {
    registerBoth();
    client.step("send", "alice", bob, "Hallo Bob, grüß dich");
    client.step("send", "alice", bob, "zwei");
    // Both open before Alice has an answer, so both carry the bundle.
    assertEquals(
        List.of(
            message(PREKEY_BUNDLE, alice, "Hallo Bob, grüß dich"),
            message(PREKEY_BUNDLE, alice, "zwei")),
        client.step("poll", "bob"));
    assertTrue(log().contains("/v1/messages/" + alice + "/"));
    assertEquals("", one("poll", "bob"));
    client.step("send", "bob", alice, "Hallo Alice");
    assertEquals(message(CIPHERTEXT, bob, "Hallo Alice"), one("poll", "alice"));
    client.step("send", "alice", bob, "drei");
    assertEquals(message(CIPHERTEXT, alice, "drei"), one("poll", "bob"));
  }

  @Test
  void talksBySocketInBothDirections() {
    registerBoth();
    client.step("send", "alice", bob, "waits");
    client.step("connect", "alice");
    client.step("connect", "bob");
    assertEquals(message(PREKEY_BUNDLE, alice, "waits"), one("read", "bob"));
    // Both libraries answer queue/empty with 400, and their sockets go on.
    client.step("send", "bob", alice, "live");
    assertEquals(message(CIPHERTEXT, bob, "live"), one("read", "alice"));
    client.step("send", "alice", bob, "live too");
    assertEquals(message(CIPHERTEXT, alice, "live too"), one("read", "bob"));
    String longest = "ß".repeat(1_500);
    client.step("send", "alice", bob, longest);
    assertEquals(message(CIPHERTEXT, alice, longest), one("read", "bob"));
    client.step("disconnect", "alice");
    client.step("disconnect", "bob");
  }

  @Test
  void whatWasReadFromTheSocketIsGoneAndWhatWasNotComesAgain() {
    registerBoth();
    client.step("send", "alice", bob, "read");
    client.step("connect", "bob");
    assertEquals(message(PREKEY_BUNDLE, alice, "read"), one("read", "bob"));
    STAGE.awaitEmptyMailbox(bob);
    client.step("disconnect", "bob");
    client.step("send", "alice", bob, "kept");
    client.step("connect", "bob");
    client.step("disconnect", "bob");
    assertEquals(message(PREKEY_BUNDLE, alice, "kept"), one("poll", "bob"));
    assertEquals("", one("poll", "bob"));
  }

  @Test
  void receiptsComeBySocketAndByPolling() {
    registerBoth();
    String sent = one("send", "alice", bob, "delivered?");
    assertEquals(message(PREKEY_BUNDLE, alice, "delivered?"), one("poll", "bob"));
    client.step("receipt", "bob", alice, sent);
    String receipt = RECEIPT + " " + bob + " 1 " + sent;
    assertEquals(receipt, one("poll", "alice"));
    client.step("connect", "alice");
    client.step("receipt", "bob", alice, sent);
    assertEquals(receipt, one("read", "alice"));
    client.step("disconnect", "alice");
    assertRefused("NotFoundException", "receipt", "bob", PhoneStage.newNumber(), sent);
  }

  @Test
  void aSocketAfterAttributesWithAnotherSignalingKeyIsSealedUnderThatOne() {
    registerBoth();
    client.step("send", "alice", bob, "under the key of the registration");
    client.step("connect", "bob");
    assertEquals(
        message(PREKEY_BUNDLE, alice, "under the key of the registration"), one("read", "bob"));
    STAGE.awaitEmptyMailbox(bob);
    client.step("disconnect", "bob");
    client.step("change-signaling-key", "bob");
    client.step("attributes", "bob");
    client.step("send", "alice", bob, "under another");
    client.step("connect", "bob");
    assertEquals(message(PREKEY_BUNDLE, alice, "under another"), one("read", "bob"));
    STAGE.awaitEmptyMailbox(bob);
    client.step("disconnect", "bob");
    // A key that the gateway was not told opens nothing.
    client.step("change-signaling-key", "bob");
    client.step("send", "alice", bob, "under a key that Bob lost");
    client.step("connect", "bob");
    Outcome unopened = client.tryStep("read", "bob");
    assertFalse(unopened.ok(), client.transcript());
    assertEquals(List.of("IOException", "Invalid MAC compare!"), unopened.words());
    client.step("disconnect", "bob");
  }

  @Test
  void aNewPhoneKeepsTheNumberAndTalksOn() {
    registerBoth();
    client.step("send", "alice", bob, "to the old phone");
    client.step("send", "alice", bob, "never read");
    client.step("connect", "bob");
    assertEquals(message(PREKEY_BUNDLE, alice, "to the old phone"), one("read", "bob"));
    client.step("disconnect", "bob");

    STAGE.register("bob", bob);
    assertEquals("0", one("count", "bob"));
    assertEquals("", one("poll", "bob"));
    client.step("upload", "bob", "1", "5");
    assertEquals("5", one("count", "bob"));
    // Told by 410 that her session is stale, Alice's library fetches, and stops at the new key.
    assertRefused("UntrustedIdentityException", "send", "alice", bob, "to the new phone");
    client.step("accept-identity", "alice", "bob");
    client.step("send", "alice", bob, "to the new phone");
    client.step("connect", "bob");
    assertEquals(message(PREKEY_BUNDLE, alice, "to the new phone"), one("read", "bob"));
    client.step("send", "bob", alice, "from the new phone");
    assertEquals(message(CIPHERTEXT, bob, "from the new phone"), one("poll", "alice"));
    client.step("disconnect", "bob");
  }

  @Test
  void talksWithAClientOf2019InBothDirections() throws IOException {
    ClientProgram later = STAGE.startAnother("genb", "genb.GenerationBClient");
    STAGE.registerWithKeys("alice", alice, 10);
    String aci = STAGE.registerWithKeys(later, "bob", bob, 10);
    client.step("send", "alice", bob, "from 2015");
    // Bob is told the id of Alice, which her own library does not know.
    String polled = later.step("poll", "bob").get(0);
    assertTrue(polled.matches("3 [0-9a-f-]{36} \\" + alice + " 1 from 2015"), polled);
    client.step("connect", "alice");
    later.step("send", "bob", alice, "from 2019");
    String answer = " " + bob + " 1 content from 2019";
    String read = one("read", "alice");
    assertTrue(read.endsWith(answer), read);
    client.step("disconnect", "alice");
    later.step("connect", "bob");
    client.step("send", "alice", aci, "to your id");
    assertTrue(later.step("read", "bob").get(0).endsWith(" 1 to your id"), later.transcript());
    later.step("send", "bob", alice, "polled");
    assertTrue(one("poll", "alice").endsWith(" " + bob + " 1 content polled"));
    later.step("disconnect", "bob");
  }

  @Test
  void nobodyIsRegisteredUnderAnUnknownNumber() {
    STAGE.registerWithKeys("alice", alice, 1);
    assertRefused("UnregisteredUserException", "send", "alice", PhoneStage.newNumber(), "hello?");
  }
}
