package io.restante.push.fcm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the assertion says and that its signature holds, {@link GoogleStub} verifies. */
class GoogleAccountTest {
  private static final AccountFile FILE =
      AccountFile.make("some-project", "https://oauth.example/token");

  @Test
  void aKeyFileTellsProjectAccountAndKey() {
    GoogleAccount account = FILE.parsed();
    assertEquals("some-project", account.projectId());
    assertEquals(FILE.email(), account.clientEmail());
    assertEquals(FILE.keyId(), account.keyId());
    assertEquals(FILE.keys().getPrivate(), account.key());
    assertEquals("https://oauth.example/token", account.tokenUri());
  }

  @Test
  void aKeyWithoutAnIdIsNotNamed() {
    JsonObject json = FILE.json();
    json.remove("private_key_id");
    String assertion = AccountFile.parse(json).assertion(7);
    byte[] header = Base64.getUrlDecoder().decode(assertion.split("\\.", -1)[0]);
    assertEquals("{\"alg\":\"RS256\",\"typ\":\"JWT\"}", new String(header, StandardCharsets.UTF_8));
  }

  @Test
  void aPemWithOtherLineEndsIsRead() {
    JsonObject json = FILE.json();
    json.put("private_key", json.getString("private_key").replace("\n", "\r\n"));
    assertEquals(FILE.keys().getPrivate(), AccountFile.parse(json).key());
  }

  @Test
  void eachFieldThatIsNotAsItMustBeIsNamedAndNotRepeated() {
    for (String field : new String[] {"project_id", "client_email", "private_key", "token_uri"}) {
      assertRefused(field, null);
      assertRefused(field, 7);
      assertRefused(field, "");
      assertRefused(field, "hunter2 hunter2\n");
      assertRefused(field, "h".repeat(20_000));
    }
    assertRefused("private_key_id", "hunter2 hunter2");
    assertRefused("project_id", "../hunter2");
    assertRefused("token_uri", "file:///hunter2");
    String pem = AccountFile.pem(FILE.keys());
    assertRefused("private_key", pem.replace("PRIVATE KEY", "RSA PRIVATE KEY"));
    assertRefused("private_key", pem.replaceFirst("MII", "hunter2A"));
    assertRefused("private_key", AccountFile.pem(AccountFile.rsa(1_024)));
  }

  @Test
  void whatIsNoJsonObjectIsRefused() {
    for (String odd : new String[] {"", "hunter2", "[]", "null", "{\"hunter2\":"}) {
      IllegalArgumentException e =
          assertThrows(
              IllegalArgumentException.class,
              () -> GoogleAccount.parse(odd.getBytes(StandardCharsets.UTF_8)),
              odd);
      assertFalse(String.valueOf(e.getMessage()).contains("hunter2"), odd);
    }
  }

  @Test
  void nothingOfItIsPrinted() {
    assertEquals("GoogleAccount", FILE.parsed().toString());
  }

  private static void assertRefused(String field, @Nullable Object value) {
    JsonObject json = FILE.json().put(field, value);
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> AccountFile.parse(json));
    String message = String.valueOf(e.getMessage());
    assertTrue(message.startsWith(field + ": (expected: "), message);
    assertFalse(message.contains("hunter2"), message);
  }
}
