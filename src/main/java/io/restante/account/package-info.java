/** Registration, accounts, devices, credentials and profiles. */
@NullMarked
package io.restante.account;

import org.jspecify.annotations.NullMarked;
