@NullMarked
package io.restante.edge;

import org.jspecify.annotations.NullMarked;
