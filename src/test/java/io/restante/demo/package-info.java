/** The story of the 2013 article, told in a terminal: {@code make demo}. */
@NullMarked
package io.restante.demo;

import org.jspecify.annotations.NullMarked;
