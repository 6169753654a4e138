@NullMarked
package io.restante.limit;

import org.jspecify.annotations.NullMarked;
