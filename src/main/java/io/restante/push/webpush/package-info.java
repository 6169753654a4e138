/** Web Push (RFC 8030, 8291, 8292), and so UnifiedPush: to servers that strangers name. */
@NullMarked
package io.restante.push.webpush;

import org.jspecify.annotations.NullMarked;
