@NullMarked
package io.restante.redis;

import org.jspecify.annotations.NullMarked;
