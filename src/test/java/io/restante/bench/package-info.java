/** The load program, the floor that the gateway is compared with, and their report. */
@NullMarked
package io.restante.bench;

import org.jspecify.annotations.NullMarked;
