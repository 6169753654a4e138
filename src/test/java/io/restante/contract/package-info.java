/** The wire contract from outside: every status that it names, and input that it does not allow. */
@NullMarked
package io.restante.contract;

import org.jspecify.annotations.NullMarked;
