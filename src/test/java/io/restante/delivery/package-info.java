/** Tests of delivery. */
@NullMarked
package io.restante.delivery;

import org.jspecify.annotations.NullMarked;
