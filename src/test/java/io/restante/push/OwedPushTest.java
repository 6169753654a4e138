package io.restante.push;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.restante.mailbox.EnvelopeId;
import io.restante.mailbox.StreamId;
import io.restante.protocol.DeviceAddress;
import io.restante.push.OwedPush.Kind;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OwedPushTest {
  private static final DeviceAddress DEVICE = new DeviceAddress(UUID.randomUUID(), 127);
  private static final EnvelopeId ID = new EnvelopeId(new StreamId(1_790_000_000_000L, 7), -2);

  private static OwedPush owed(Kind kind) {
    return kind == Kind.ENVELOPE ? OwedPush.of(DEVICE, ID) : OwedPush.word(DEVICE, kind);
  }

  @ParameterizedTest
  @EnumSource
  void isReadBackAsItWasWritten(Kind kind) {
    assertEquals(owed(kind), OwedPush.parse(owed(kind).text()));
  }

  @Test
  void namesEachPushByItself() {
    OwedPush other = OwedPush.of(DEVICE, new EnvelopeId(ID.streamId(), 3));
    assertFalse(other.text().equals(owed(Kind.ENVELOPE).text()));
  }

  @Test
  void anEnvelopeIsNamedWhereOneIsOwedAndNowhereElse() {
    assertThrows(IllegalArgumentException.class, () -> new OwedPush(DEVICE, Kind.ENVELOPE, null));
    assertThrows(IllegalArgumentException.class, () -> new OwedPush(DEVICE, Kind.QUIET, ID));
    assertThrows(IllegalArgumentException.class, () -> OwedPush.parse(DEVICE.aci() + ".1.unheard"));
  }

  @Test
  void itsTextForLogsHidesWhoseItIs() {
    assertEquals("OwedPush[ENVELOPE]", owed(Kind.ENVELOPE).toString());
  }
}
