/** Tests of pushes that are posted to the operator. */
@NullMarked
package io.restante.push.webhook;

import org.jspecify.annotations.NullMarked;
