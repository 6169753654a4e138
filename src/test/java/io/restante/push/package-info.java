/** Tests of what all senders of push share. */
@NullMarked
package io.restante.push;

import org.jspecify.annotations.NullMarked;
