/** Holds {@code k8s/}, the image and {@code docs/operations.md} to the program itself. */
@NullMarked
package io.restante.deploy;

import org.jspecify.annotations.NullMarked;
