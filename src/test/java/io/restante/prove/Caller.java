package io.restante.prove;

import io.restante.faults.Curtain;
import io.restante.faults.History;
import io.restante.faults.Span;
import io.restante.prove.Event.Claim;
import io.restante.prove.Event.Served;
import io.restante.prove.Place.Kind;
import io.restante.prove.Requester.Manner;
import io.restante.testing.client.Answer;
import io.restante.testing.client.Ask;
import io.restante.testing.client.Phone;
import io.vertx.core.json.JsonObject;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Claims from all owners at all gateways, over HTTP and in a socket, from one device and from all,
 * named and anonymous, with and without an idempotency key; hangs up at times, and asks again under
 * the same key at another gateway.
 */
final class Caller implements AutoCloseable {
  private static final int[] DEVICES = {1, 1, 1, 2, 0};
  private static final int REPEATS_MAX = 100;
  private static final int RETRY_MS = 150;

  /** A request for keys, as it may be sent more than once. */
  private record Wish(
      String service, int device, @Nullable String once, @Nullable String accessKey) {
    Ask ask() {
      Ask ask = Ask.get("/v2/keys/" + service + '/' + (device == 0 ? "*" : device));
      if (once != null) {
        return ask.with("Idempotency-Key", once);
      }
      return accessKey == null ? ask : ask.with("Unidentified-Access-Key", accessKey);
    }
  }

  private final Random random;
  private final History<Event> history;
  private final List<Owner> owners;
  private final Requester requester;
  private final int gateways;
  private final Phone phone;

  /** Registers. */
  Caller(
      long seed, History<Event> history, List<Owner> owners, List<Integer> ports, String handle) {
    this.random = new Random(seed);
    this.history = history;
    this.owners = owners;
    this.requester = new Requester(ports);
    this.gateways = ports.size();
    this.phone = new Phone(requester.channel(0), handle).register();
  }

  /** Acts until the curtain falls, with pauses of less than this. */
  void act(Curtain curtain, int pauseMsMax) {
    while (curtain.isUp()) {
      Owner owner = owners.get(random.nextInt(owners.size()));
      boolean pni = random.nextInt(5) == 0;
      int device = DEVICES[random.nextInt(DEVICES.length)];
      boolean anonymous = !pni && random.nextInt(5) == 0;
      boolean once = !anonymous && random.nextInt(3) == 0;
      Wish wish =
          new Wish(
              owner.service(pni),
              device,
              once ? "once-" + Long.toHexString(random.nextLong()) : null,
              anonymous ? owner.accessKey() : null);
      int status = claim(wish, manner(true)).status();
      if (once) {
        repeat(wish, status, curtain);
      } else if (status == Event.LOST || status == 503) {
        curtain.pause(RETRY_MS);
      }
      curtain.pause(random.nextInt(pauseMsMax));
    }
  }

  /** Asks again until there is an answer, and often once more. */
  private void repeat(Wish wish, int firstStatus, Curtain curtain) {
    int status = firstStatus;
    for (int i = 0; i < REPEATS_MAX && (status <= 0 || status == 503); i++) {
      if (status == 503 || status == Event.LOST) {
        curtain.pause(RETRY_MS);
      }
      status = claim(wish, manner(false)).status();
    }
    if (status == 200 && random.nextBoolean()) {
      claim(wish, manner(false));
    }
  }

  private Manner manner(boolean mayHangUp) {
    int dice = random.nextInt(20);
    return dice == 0 && mayHangUp ? Manner.HANG_UP : dice < 8 ? Manner.SOCKET : Manner.HTTP;
  }

  /** Claims from every device of an identity until none has a one-time key of its own. */
  void drain(Owner owner, boolean pni) {
    Wish wish = new Wish(owner.service(pni), 0, null, null);
    boolean isEmpty = false;
    while (!isEmpty) {
      Claim claim = claim(wish, Manner.HTTP);
      isEmpty =
          claim.status() == 200
              && claim.served().stream()
                  .allMatch(
                      one ->
                          one.ec() == null && (one.kem() == null || owner.isLastResort(one.kem())));
    }
  }

  private Claim claim(Wish wish, Manner manner) {
    boolean anonymous = wish.accessKey() != null;
    long from = history.now();
    Answer answer =
        requester.ask(
            random.nextInt(gateways), manner, anonymous ? null : phone.authorization(), wish.ask());
    Span span = history.since(from);
    String caller = anonymous ? Event.ANONYMOUS : phone.aci();
    Claim claim = claim(span, caller, wish, manner, answer);
    history.add(claim);
    return claim;
  }

  private static Claim claim(
      Span span, String caller, Wish wish, Manner manner, @Nullable Answer answer) {
    int status =
        answer != null ? answer.status() : manner == Manner.HANG_UP ? Event.HUNG_UP : Event.LOST;
    String body = "";
    String identity = "";
    List<Served> served = new ArrayList<>();
    if (answer != null && status == 200) {
      JsonObject bundle = answer.json();
      body = digest(answer.body());
      identity = bundle.getString("identityKey");
      for (Object device : bundle.getJsonArray("devices")) {
        served.add(served((JsonObject) device));
      }
    }
    return new Claim(
        span, caller, wish.service(), wish.device(), wish.once(), status, body, identity, served);
  }

  private static Served served(JsonObject device) {
    JsonObject ec = device.getJsonObject("preKey");
    JsonObject kem = device.getJsonObject("pqPreKey");
    return new Served(
        device.getInteger("deviceId"),
        Kind.EC.nameOrNull(ec == null ? null : ec.getString("publicKey")),
        Kind.KEM.nameOrNull(kem == null ? null : kem.getString("publicKey")));
  }

  private static String digest(byte[] body) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    requester.close();
  }
}
