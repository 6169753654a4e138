/** Tests of push. */
@NullMarked
package io.restante.push;

import org.jspecify.annotations.NullMarked;
