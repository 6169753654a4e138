package io.restante.delivery;

import io.restante.mailbox.AppendResult;
import io.restante.mailbox.AppendResult.Landing;
import java.util.Locale;

/** The outcomes of a send that are counted. */
enum SendOutcome {
  STORED,
  REPEATED,
  ONLINE,
  NO_LISTENER,
  MISMATCHED_DEVICES,
  STALE_DEVICES,
  NO_SUCH_ACCOUNT,
  MAILBOX_FULL,
  IDEMPOTENCY_KEY_REUSED,
  FAILED;

  String tag() {
    return name().toLowerCase(Locale.ROOT);
  }

  static SendOutcome of(AppendResult result, boolean online) {
    if (result instanceof AppendResult.Taken taken) {
      if (taken.repeated()) {
        return REPEATED;
      }
      boolean handed = taken.parcels().stream().anyMatch(p -> p.landing() == Landing.HANDED);
      return !online ? STORED : handed ? ONLINE : NO_LISTENER;
    } else if (result instanceof AppendResult.Mismatched) {
      return MISMATCHED_DEVICES;
    } else if (result instanceof AppendResult.Stale) {
      return STALE_DEVICES;
    } else if (result instanceof AppendResult.NoAccount) {
      return NO_SUCH_ACCOUNT;
    } else if (result instanceof AppendResult.Full) {
      return MAILBOX_FULL;
    }
    return IDEMPOTENCY_KEY_REUSED;
  }
}
