/** Ids, addresses, envelopes and frames: the bytes on the wire. Imports no other floor. */
@NullMarked
package io.restante.protocol;

import org.jspecify.annotations.NullMarked;
