/** Tests of the mailboxes. */
@NullMarked
package io.restante.mailbox;

import org.jspecify.annotations.NullMarked;
