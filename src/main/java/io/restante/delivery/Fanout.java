package io.restante.delivery;

import io.restante.delivery.Circular.To;
import io.restante.mailbox.AppendResult;
import io.restante.mailbox.MailboxStore;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/**
 * Takes a message to many accounts, each of another slot: checks all of them, then sends to all,
 * both within the window. Where the check refuses one, nobody gets anything, and nothing but the
 * accounts' devices was read. What changes between the two steps (a device), or is not checked (a
 * full mailbox), refuses one account, and the others get it.
 *
 * <p>Where Redis fails on the way, those whose turn had come may have it, and no further one gets
 * it. A repetition under the same {@link Circular#once} brings it to the others only.
 */
public final class Fanout {
  /** A key's name and a command, on the link. */
  private static final int CHECK_BYTES = 128;

  /** A device's keys and arguments, on the link. */
  private static final int DEVICE_BYTES = 512;

  private static final SendResult TAKEN = new SendResult.Taken(false);

  private final MailboxStore mailboxes;
  private final Courier courier;
  private final Window window;

  /** Those of one event loop. */
  public Fanout(MailboxStore mailboxes, Courier courier, Window window) {
    this.mailboxes = mailboxes;
    this.courier = courier;
    this.window = window;
  }

  /**
   * Sends it.
   *
   * @return a result for each account, in their order; {@link SendResult.Taken} also for those that
   *     only others kept from being sent
   */
  public Future<List<SendResult>> send(Circular circular) {
    return window
        .forEach(circular.to(), one -> CHECK_BYTES, one -> check(circular, one))
        .compose(
            refusals ->
                refusals.stream().allMatch(Fanout::keepsNobodyElse)
                    ? window.forEach(
                        circular.to(),
                        one -> bytes(circular, one),
                        one -> courier.deliver(circular.sendTo(one)))
                    : Future.succeededFuture(
                        refusals.stream()
                            .map(refusal -> refusal.map(Courier::result).orElse(TAKEN))
                            .toList()));
  }

  private Future<Optional<AppendResult>> check(Circular circular, To one) {
    return mailboxes.check(
        one.account(),
        one.recipient().id().identity(),
        Courier.excludedDevice(one.account(), circular.sender()),
        one.recipient().devices());
  }

  private static boolean keepsNobodyElse(Optional<AppendResult> refusal) {
    return refusal.isEmpty() || refusal.get() instanceof AppendResult.NoAccount;
  }

  private static long bytes(Circular circular, To one) {
    return circular.message().contentBytes()
        + (long) DEVICE_BYTES * one.recipient().devices().size();
  }
}
