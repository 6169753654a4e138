/**
 * Races and faults against real processes: actors use several gateways at once while a director
 * kills, freezes and cuts; all that was asked and answered is recorded, and a checker that knows
 * nothing of the gateway holds the record against the promise. docs/proof.md tells how to read it.
 */
@NullMarked
package io.restante.prove;

import org.jspecify.annotations.NullMarked;
