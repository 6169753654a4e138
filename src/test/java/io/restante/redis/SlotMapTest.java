package io.restante.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.restante.redis.SlotMap.Node;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.ParserHandler;
import io.vertx.redis.client.impl.RESPParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SlotMapTest {
  private static @Nullable Response reply(String resp) {
    List<@Nullable Response> replies = new ArrayList<>();
    new RESPParser(
            new ParserHandler() {
              @Override
              public void handle(@Nullable Response response) {
                replies.add(response);
              }

              @Override
              public void fail(Throwable failure) {
                throw new AssertionError(failure);
              }
            },
            16)
        .handle(Buffer.buffer(resp.replace("|", "\r\n")));
    return replies.get(0);
  }

  // The first is the check value of CRC-16/XMODEM; the others are what CLUSTER KEYSLOT of 7.0 says.
  @ParameterizedTest
  @CsvSource({
    "123456789,12739",
    "foo,12182",
    "{user1000}.following,3443",
    "{user1000}.followers,3443",
    "foo{}{bar},8363",
    "foo{{bar}}zap,4015",
    "foo{bar}{zap},5061",
    "é,10180"
  })
  void aKeysSlotIsThatOfItsHashTag(String key, int slot) {
    assertEquals(slot, SlotMap.slotOf(key));
  }

  @Test
  void theEmptyKeyHasSlotZero() {
    assertEquals(0, SlotMap.slotOf(""));
  }

  @Test
  void aReplyNamesThePrimaryOfEachRange() {
    SlotMap map =
        SlotMap.parse(
            reply(
                "*2|*4|:0|:100|*4|$9|127.0.0.1|:7001|$1|a|*0|*4|$9|127.0.0.1|:7002|$1|b|*0|"
                    + "*3|:102|:16383|*4|$3|::1|:7003|$1|c|*0|"),
            "asked");
    assertEquals(new Node("127.0.0.1", 7001), map.primary(0));
    assertEquals(new Node("127.0.0.1", 7001), map.primary(100));
    assertNull(map.primary(101));
    assertEquals(new Node("::1", 7003), map.primary(16_383));
    assertEquals("[::1]:7003", String.valueOf(map.primary(16_383)));
    assertEquals(1, map.uncovered());
    assertEquals(Set.of(new Node("127.0.0.1", 7001), new Node("::1", 7003)), map.primaries());
  }

  @Test
  void aNodeWithoutANameIsWhereItWasAskedAndAnUnknownOneIsNowhere() {
    SlotMap map =
        SlotMap.parse(
            reply(
                "*3|*3|:0|:1|*4|$-1|:7001|$1|a|*0|*3|:2|:3|*4|$0||:7001|$1|a|*0|"
                    + "*3|:4|:16383|*4|$1|?|:7002|$1|b|*0|"),
            "redis.example");
    assertEquals(Set.of(new Node("redis.example", 7001)), map.primaries());
    assertEquals(SlotMap.SLOTS - 4, map.uncovered());
  }
}
