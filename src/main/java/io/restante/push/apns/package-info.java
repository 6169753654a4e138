/**
 * Brings pushes to devices of Apple: requests to its push notification service, and its answers.
 */
@NullMarked
package io.restante.push.apns;

import org.jspecify.annotations.NullMarked;
