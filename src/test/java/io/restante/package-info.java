/** Tests of the program: command line and configuration. */
@NullMarked
package io.restante;

import org.jspecify.annotations.NullMarked;
