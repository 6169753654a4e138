/** Wakes devices by way of the operator's own server. */
@NullMarked
package io.restante.push.webhook;

import org.jspecify.annotations.NullMarked;
