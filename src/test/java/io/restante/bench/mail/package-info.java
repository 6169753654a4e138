/** What a delivery costs and how long it takes, beside floors and brokers. */
@NullMarked
package io.restante.bench.mail;

import org.jspecify.annotations.NullMarked;
