@NullMarked
package io.restante.push.webpush;

import org.jspecify.annotations.NullMarked;
