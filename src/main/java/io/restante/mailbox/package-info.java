/** Append, read, ack, retention and the doorbell of each device's mailbox. */
@NullMarked
package io.restante.mailbox;

import org.jspecify.annotations.NullMarked;
