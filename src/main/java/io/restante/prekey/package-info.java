/** Pools of one-time prekeys: upload, claim and counts. */
@NullMarked
package io.restante.prekey;

import org.jspecify.annotations.NullMarked;
