/** Wakes devices by Google's Firebase Cloud Messaging, HTTP v1. */
@NullMarked
package io.restante.push.fcm;

import org.jspecify.annotations.NullMarked;
