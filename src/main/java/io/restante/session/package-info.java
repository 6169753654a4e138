/** A device's live session over a WebSocket. */
@NullMarked
package io.restante.session;

import org.jspecify.annotations.NullMarked;
