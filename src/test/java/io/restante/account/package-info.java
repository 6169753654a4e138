/** Tests of accounts, on a real Redis. */
@NullMarked
package io.restante.account;

import org.jspecify.annotations.NullMarked;
