package io.restante.delivery;

import java.util.List;

/** What became of a send. Only for {@link Taken} has anything been stored or handed on. */
public sealed interface SendResult {
  /**
   * Stored for every device, or offered to the live sessions of an online send.
   *
   * @param needsSync the sender has other devices, which know nothing of it yet
   */
  record Taken(boolean needsSync) implements SendResult {}

  /** The messages are not for the destination's devices; both lists ascending. */
  record MismatchedDevices(List<Integer> missing, List<Integer> extra) implements SendResult {}

  /** These devices have other registration ids; ascending. */
  record StaleDevices(List<Integer> devices) implements SendResult {}

  /** The destination is not registered. */
  record NoSuchAccount() implements SendResult {}

  /** The mailbox of one of the devices is full. */
  record MailboxFull() implements SendResult {}

  /** The idempotency key was used for another send. */
  record KeyReused() implements SendResult {}
}
