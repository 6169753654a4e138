/** The house rules: floors, names, sizes and scripts, held by tests. */
@NullMarked
package io.restante.house;

import org.jspecify.annotations.NullMarked;
