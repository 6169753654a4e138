package io.restante.prekey;

import io.restante.protocol.GatewayException;
import org.jspecify.annotations.Nullable;

/**
 * What one device of a batch gave: either it or its refusal is null.
 *
 * @param target which of the batch's targets it belongs to
 * @param device {@link ClaimTarget#ALL_DEVICES} where the account as a whole gave nothing
 */
public record BatchAnswer<T>(
    int target, int device, @Nullable T given, @Nullable GatewayException refusal) {}
