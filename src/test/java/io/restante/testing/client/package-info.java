/**
 * A messenger's client, written against the wire contract alone: its keys and sessions are
 * libsignal's, its frames protobuf's, its HTTP and its sockets the JDK's. Nothing of the gateway is
 * used, so that it is a witness of its own.
 */
@NullMarked
package io.restante.testing.client;

import org.jspecify.annotations.NullMarked;
