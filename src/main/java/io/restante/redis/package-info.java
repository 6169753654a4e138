/** Connections to Redis, key names, scripts, subscriptions and durability. */
@NullMarked
package io.restante.redis;

import org.jspecify.annotations.NullMarked;
