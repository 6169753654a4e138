/** Tests of the sender to Apple's push notification service. */
@NullMarked
package io.restante.push.apns;

import org.jspecify.annotations.NullMarked;
