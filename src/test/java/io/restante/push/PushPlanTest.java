package io.restante.push;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.mailbox.EnvelopeId;
import io.restante.mailbox.StreamId;
import io.restante.protocol.DeviceAddress;
import io.restante.protocol.EnvelopeCodec;
import io.restante.push.OwedPush.Kind;
import io.restante.push.TakeScript.Taken.ToSend;
import io.restante.testing.MailboxBed;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PushPlanTest {
  private static final DeviceAddress DEVICE = new DeviceAddress(UUID.randomUUID(), 2);
  private static final EnvelopeId ID = new EnvelopeId(new StreamId(1_790_000_000_000L, 7), 3);
  private static final OwedPush OWED = OwedPush.of(DEVICE, ID);
  private static final Buffer STORED = MailboxBed.stored("content");
  private static final Buffer WIRE = EnvelopeCodec.wire(STORED, ID.guid(), ID.streamId().ms());
  private static final Map<Provider, String> TOKEN = Map.of(Provider.FCM, "token");

  private static ToSend toSend(Map<Provider, String> targets, boolean fetches) {
    return new ToSend(targets, fetches, STORED);
  }

  private static Push push(ToSend toSend, int bytesMax, boolean inline) {
    return PushPlan.of(OWED, toSend, Map.of(Provider.FCM, bytesMax), inline, 5)
        .orElseThrow()
        .push();
  }

  @Test
  void anEnvelopeThatFitsGoesWholeAsASocketWouldDeliverIt() {
    Push push = push(toSend(TOKEN, false), WIRE.length(), true);
    assertEquals(WIRE, push.envelope());
    assertEquals("content", MailboxBed.content(Objects.requireNonNull(push.envelope())));
    assertEquals("token", push.target());
    assertEquals(5, push.expiresAtMs());
    assertTrue(push.urgent());
    assertFalse(push.toString().contains("token"));
  }

  @Test
  void oneThatIsAByteTooLargeOnlyWakes() {
    assertNull(push(toSend(TOKEN, false), WIRE.length() - 1, true).envelope());
  }

  @Test
  void contentIsKeptOutOfPushesOfAGatewayOrADeviceThatWantsNone() {
    assertNotNull(push(toSend(TOKEN, false), 4_000, true).envelope());
    assertNull(push(toSend(TOKEN, true), 4_000, true).envelope());
    assertNull(push(toSend(TOKEN, false), 4_000, false).envelope());
  }

  @Test
  void theFirstProviderThatIsUsedAndHasATokenBringsIt() {
    Map<Provider, Integer> all =
        Map.of(Provider.APNS, 1, Provider.FCM, 1, Provider.WEB_PUSH, 1, Provider.WEBHOOK, 1);
    Map<Provider, String> both = Map.of(Provider.APNS, "a", Provider.WEB_PUSH, "w");
    assertEquals(Provider.APNS, provider(both, all));
    assertEquals(Provider.WEB_PUSH, provider(both, Map.of(Provider.WEB_PUSH, 1)));
    assertEquals(Provider.WEBHOOK, provider(Map.of(), all));
    assertEquals(Provider.WEBHOOK, provider(both, Map.of(Provider.WEBHOOK, 1)));
    assertTrue(PushPlan.of(OWED, toSend(both, false), Map.of(Provider.FCM, 1), true, 5).isEmpty());
  }

  private static Provider provider(Map<Provider, String> targets, Map<Provider, Integer> used) {
    return PushPlan.of(OWED, toSend(targets, false), used, true, 5).orElseThrow().provider();
  }

  @Test
  void theOperatorsWebhookIsToldTheDeviceByItsAddress() {
    PushPlan plan =
        PushPlan.of(OWED, toSend(Map.of(), false), Map.of(Provider.WEBHOOK, 1), true, 5)
            .orElseThrow();
    assertEquals(DEVICE.aci() + ".2", plan.push().target());
  }

  @Test
  void aWordCarriesNothingAndIsUrgentOnlyInPlaceOfEnvelopes() {
    for (Kind kind : Kind.values()) {
      if (kind != Kind.ENVELOPE) {
        ToSend word = new ToSend(TOKEN, false, null);
        Push push =
            PushPlan.of(OwedPush.word(DEVICE, kind), word, Map.of(Provider.FCM, 4_000), true, 5)
                .orElseThrow()
                .push();
        assertNull(push.envelope());
        assertEquals(kind == Kind.EXCESS, push.urgent());
      }
    }
  }
}
