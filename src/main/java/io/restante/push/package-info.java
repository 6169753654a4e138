/** Wakes devices: what to push and when, retries, and a sender for each provider. */
@NullMarked
package io.restante.push;

import org.jspecify.annotations.NullMarked;
