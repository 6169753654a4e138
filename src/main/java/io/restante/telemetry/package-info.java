/** Metric names, tracing and event-loop lag. */
@NullMarked
package io.restante.telemetry;

import org.jspecify.annotations.NullMarked;
