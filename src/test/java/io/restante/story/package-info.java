/** Whole conversations with a gateway: real keys, a real Redis, real sockets, no stand-ins. */
@NullMarked
package io.restante.story;

import org.jspecify.annotations.NullMarked;
