/** Tests of the sender to FCM, against a stand-in for Google that takes nothing amiss. */
@NullMarked
package io.restante.push.fcm;

import org.jspecify.annotations.NullMarked;
