/** What idle sockets cost, and what happens when many of them reconnect at once. */
@NullMarked
package io.restante.bench.idle;

import org.jspecify.annotations.NullMarked;
