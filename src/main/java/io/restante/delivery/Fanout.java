package io.restante.delivery;

import io.restante.delivery.Circular.To;
import io.restante.mailbox.AppendResult;
import io.restante.mailbox.MailboxStore;
import io.restante.protocol.MultiRecipientMessage.Device;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Takes a message to many accounts, each of another slot: checks all of them, then sends to all,
 * both within the window. Where the check refuses one, for its devices or for want of room, nobody
 * gets anything; where there is no such account, the others get it. A refusal costs no more than
 * reading. What changes between the two steps refuses one account, and the others get it.
 *
 * <p>Where Redis fails on the way, those whose turn had come may have it, and no further one gets
 * it. A repetition under the same {@link Circular#once} brings it to the others only.
 */
public final class Fanout {
  /** A key's name and a command, on the link. */
  private static final int CHECK_BYTES = 128;

  /** A device's keys and commands of a check, on the link. */
  private static final int ROOM_BYTES = 256;

  /** A device's keys and arguments, on the link. */
  private static final int DEVICE_BYTES = 512;

  private static final AppendResult FULL = new AppendResult.Full();
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
    List<To> to = circular.to();
    int storedBytes = to.isEmpty() ? 0 : Courier.storedBytes(circular.sendTo(to.get(0)));
    return window
        .forEach(
            to,
            one -> CHECK_BYTES + (long) ROOM_BYTES * one.recipient().devices().size(),
            one -> check(circular, one, storedBytes))
        .compose(
            refusals -> {
              refusals.forEach(refusal -> refusal.ifPresent(courier::countRefusal));
              List<SendResult> results = new ArrayList<>(to.size());
              refusals.forEach(refusal -> results.add(refusal.map(Courier::result).orElse(TAKEN)));
              return refusals.stream().allMatch(Fanout::keepsNobodyElse)
                  ? deliver(circular, results)
                  : Future.succeededFuture(results);
            });
  }

  /** Sends it to those that were not refused. */
  private Future<List<SendResult>> deliver(Circular circular, List<SendResult> results) {
    List<Integer> left =
        IntStream.range(0, results.size()).filter(at -> results.get(at) == TAKEN).boxed().toList();
    return window
        .forEach(
            left,
            at -> bytes(circular, circular.to().get(at)),
            at -> courier.deliver(circular.sendTo(circular.to().get(at))))
        .map(
            delivered -> {
              for (int i = 0; i < left.size(); i++) {
                results.set(left.get(i), delivered.get(i));
              }
              return results;
            });
  }

  private Future<Optional<AppendResult>> check(Circular circular, To one, int storedBytes) {
    return mailboxes
        .check(
            one.account(),
            one.recipient().id().identity(),
            Courier.excludedDevice(one.account(), circular.sender()),
            one.recipient().devices())
        .compose(
            refusal ->
                refusal.isPresent() || circular.online()
                    ? Future.succeededFuture(refusal)
                    : hasRoom(circular, one, storedBytes)
                        .map(room -> room ? Optional.empty() : Optional.of(FULL)));
  }

  /** Asked once the devices are those of the account: of any others there might be very many. */
  private Future<Boolean> hasRoom(Circular circular, To one, int storedBytes) {
    return mailboxes.hasRoom(
        one.account(),
        one.recipient().devices().stream().map(Device::id).toList(),
        storedBytes,
        Courier.record(circular.once(), circular.sender()));
  }

  private static boolean keepsNobodyElse(Optional<AppendResult> refusal) {
    return refusal.isEmpty() || refusal.get() instanceof AppendResult.NoAccount;
  }

  private static long bytes(Circular circular, To one) {
    return circular.message().contentBytes()
        + (long) DEVICE_BYTES * one.recipient().devices().size();
  }
}
