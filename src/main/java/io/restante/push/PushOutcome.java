package io.restante.push;

/** What a provider said of a push. */
public sealed interface PushOutcome {
  /** It will be delivered, as far as the provider can tell. */
  record Accepted() implements PushOutcome {}

  /**
   * The target does not exist any more.
   *
   * @param sinceMs ms since the epoch since when that is known: a target that a device gave later
   *     is not meant
   */
  record Gone(long sinceMs) implements PushOutcome {}

  /**
   * Not now: the provider is overloaded, limits us, or failed.
   *
   * @param afterMs ms that it asks to wait, 0 where it names none
   */
  record Later(long afterMs) implements PushOutcome {}

  /**
   * It will never be taken as it is, and that is our fault or the operator's: a payload too large,
   * credentials that are wrong. Says nothing of the target.
   *
   * @param reason the provider's word for it, without anything of the push
   */
  record Refused(String reason) implements PushOutcome {}
}
