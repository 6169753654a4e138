package io.restante.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.vertx.redis.client.impl.types.ErrorType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedisErrorsTest {
  private static RuntimeException refusal(String error) {
    return RedisErrors.toException("prekey/upload", ErrorType.create(error));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "OOM command not allowed when used memory > 'maxmemory'.",
        "MISCONF Errors writing to the AOF file: No space left on device",
        "NOREPLICAS Not enough good replicas to write.",
        "READONLY You can't write against a read only replica.",
        "MASTERDOWN Link with MASTER is down",
        "LOADING Redis is loading the dataset in memory",
        "CLUSTERDOWN The cluster is down",
        "MOVED 1 10.0.0.1:6379",
        "ASK 1 10.0.0.1:6379",
        "TRYAGAIN Multiple keys request during rehashing of slot",
        "BUSY Redis is busy running a script.",
        "NOAUTH Authentication required."
      })
  void whatRedisCannotDoAtTheMomentIs503(String error) {
    GatewayException refused = assertInstanceOf(GatewayException.class, refusal(error));
    assertEquals(ErrorCode.REDIS_UNAVAILABLE, refused.code());
    assertEquals(1, refused.retryAfterSeconds());
  }

  @Test
  void aLostConnectionIs503() {
    RuntimeException lost =
        RedisErrors.toException("get", new RespConnection.EndedException("connection closed"));
    assertEquals(
        ErrorCode.REDIS_UNAVAILABLE, assertInstanceOf(GatewayException.class, lost).code());
  }

  @Test
  void anyOtherErrorIsOurMistakeAndIsToldByItsShapeOnly() {
    RuntimeException mistake =
        refusal("ERR unknown command 'secret', with args beginning with: 'secret'");
    assertInstanceOf(RedisCommandException.class, mistake);
    assertEquals("Redis refused prekey/upload: ERR", mistake.getMessage());
  }

  @Test
  void aScriptsErrorNamesItsLine() {
    RuntimeException mistake =
        refusal("ERR user_script:12: secret script: abc, on @user_script:12.");
    assertEquals("Redis refused prekey/upload: ERR at line 12", mistake.getMessage());
    assertFalse(String.valueOf(mistake.getMessage()).contains("secret"));
  }
}
