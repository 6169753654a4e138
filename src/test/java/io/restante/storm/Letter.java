package io.restante.storm;

import io.restante.storm.Event.Part;
import io.restante.testing.client.Ask;
import io.restante.testing.client.Outgoing;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Something to be sent, as often as it takes.
 *
 * @param once the idempotency key, null for none
 * @param sealed whether it does not say from whom it is; it is sent without credentials
 * @param fits whether it is for exactly the devices of its account
 */
record Letter(
    Device from, @Nullable String once, boolean sealed, boolean fits, List<Part> parts, Ask ask) {
  private static final int BYTES_MIN = 32;
  private static final int BYTES_MAX = 2_000;
  private static final int BYTES_LARGE = 60_000;

  /** A letter from a device to all devices of a random account, maybe its own. */
  static Letter write(Random random, Member from, Cast cast, boolean mayBeSealed) {
    List<Member> account = new ArrayList<>(cast.anyAccount(random));
    boolean own = account.remove(from);
    if (account.isEmpty()) {
      return write(random, from, cast, mayBeSealed);
    }
    boolean sealed = mayBeSealed && !own && random.nextInt(5) == 0;
    boolean fits = account.size() < 2 || random.nextInt(25) > 0;
    if (!fits) {
      account.remove(0);
    }
    String once =
        !sealed && random.nextInt(3) > 0 ? "once-" + Long.toHexString(random.nextLong()) : null;
    List<Part> parts = new ArrayList<>();
    List<Outgoing> messages = new ArrayList<>();
    int type = sealed ? Outgoing.SEALED_SENDER : Outgoing.CIPHERTEXT;
    for (Member to : account) {
      byte[] content = content(random);
      parts.add(new Part(to.device(), Digests.of(content)));
      messages.add(new Outgoing(type, to.device().number(), to.registrationId(), content));
    }
    Ask ask = Outgoing.sending(account.get(0).device().aci(), System.currentTimeMillis(), messages);
    ask = once == null ? ask : ask.with("Idempotency-Key", once);
    ask = sealed ? ask.with("Unidentified-Access-Key", account.get(0).accessKey()) : ask;
    return new Letter(from.device(), once, sealed, fits, List.copyOf(parts), ask);
  }

  private static byte[] content(Random random) {
    int bytes =
        random.nextInt(60) == 0 ? BYTES_LARGE : BYTES_MIN + random.nextInt(BYTES_MAX - BYTES_MIN);
    byte[] content = new byte[bytes];
    random.nextBytes(content);
    return content;
  }
}
