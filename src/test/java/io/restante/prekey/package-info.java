/** Tests of the pools. */
@NullMarked
package io.restante.prekey;

import org.jspecify.annotations.NullMarked;
