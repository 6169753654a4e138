package io.restante.mailbox;

import java.util.List;

/**
 * The oldest envelopes of a mailbox, for a client that polls.
 *
 * @param more whether others wait behind them
 */
public record MailPage(List<StoredEnvelope> envelopes, boolean more) {}
