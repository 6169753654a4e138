/** From a send to mailbox, doorbell and push. */
@NullMarked
package io.restante.delivery;

import org.jspecify.annotations.NullMarked;
