/** What tests of several packages share. */
@NullMarked
package io.restante.testing;

import org.jspecify.annotations.NullMarked;
