/** Public and management HTTP servers, routes and the request tunnel. */
@NullMarked
package io.restante.edge;

import org.jspecify.annotations.NullMarked;
