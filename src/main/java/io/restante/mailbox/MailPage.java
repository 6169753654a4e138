package io.restante.mailbox;

import java.util.List;

/**
 * The oldest envelopes of a mailbox.
 *
 * @param more whether others wait behind them, or may
 */
public record MailPage(List<StoredEnvelope> envelopes, boolean more) {}
