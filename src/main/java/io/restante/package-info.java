/** The program: command line, configuration and wiring. */
@NullMarked
package io.restante;

import org.jspecify.annotations.NullMarked;
