package io.restante.push;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.testing.RedisServerExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every branch of {@code push/forget}. */
class ForgetScriptIT {
  @RegisterExtension static final RedisServerExtension redis = new RedisServerExtension();

  private final PushBed bed = new PushBed(redis);

  @BeforeEach
  void register() {
    bed.register();
    redis.command("HSET", bed.mail.names().device(1), "push-at", 1_000);
  }

  @AfterEach
  void close() {
    bed.close();
  }

  private boolean forget(String token, long sinceMs) {
    return bed.mail.await(
        () ->
            ForgetScript.run(
                bed.mail.link(), bed.mail.device(1), Provider.FCM.field(), token, sinceMs));
  }

  @Test
  void aTokenThatItsProviderDoesNotKnowGoesAndTheDeviceShowsSince() {
    assertTrue(forget(PushBed.TOKEN, 1_000));
    assertNull(bed.device("gcm"));
    assertNotNull(bed.device("push-lost"));
    assertFalse(forget(PushBed.TOKEN, 1_000));
  }

  @Test
  void anotherTokenStays() {
    assertFalse(forget("an older token", 1_000));
    assertEquals(PushBed.TOKEN, bed.device("gcm"));
    assertNull(bed.device("push-lost"));
  }

  @Test
  void aTokenThatTheDeviceToldSinceThenStays() {
    assertFalse(forget(PushBed.TOKEN, 999));
    assertEquals(PushBed.TOKEN, bed.device("gcm"));
  }

  @Test
  void aTokenThatCameWithTheRegistrationIsAsOldAsThat() {
    redis.command("HDEL", bed.mail.names().device(1), "push-at");
    redis.command("HSET", bed.mail.names().device(1), "created", 500);
    assertFalse(forget(PushBed.TOKEN, 499));
    assertTrue(forget(PushBed.TOKEN, 500));
  }
}
