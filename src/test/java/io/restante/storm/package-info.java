/**
 * Deliveries under faults: devices and senders use several gateways through a balancer while these,
 * Redis and the ways between them are killed, frozen, drained and cut. All that was done and seen
 * is recorded, and a checker that knows nothing of the gateway holds the record against the
 * promise. docs/proof.md tells how to read it.
 */
@NullMarked
package io.restante.storm;

import org.jspecify.annotations.NullMarked;
