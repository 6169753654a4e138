/**
 * Real gateways and a real Redis to which things happen, and a record of what was asked meanwhile:
 * what the harnesses {@code prove} and {@code storm} have in common.
 */
@NullMarked
package io.restante.faults;

import org.jspecify.annotations.NullMarked;
