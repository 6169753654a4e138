/** Tests of the metrics. */
@NullMarked
package io.restante.telemetry;

import org.jspecify.annotations.NullMarked;
