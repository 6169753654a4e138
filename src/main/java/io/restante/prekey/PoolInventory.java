package io.restante.prekey;

import io.restante.protocol.Identity;
import java.util.List;
import java.util.Map;

/**
 * All pools of a device.
 *
 * @param pools those of the Signal protocol under both identities, then the named ones by name
 * @param signedAgeSeconds how old the signed prekey is, of each identity that has one
 */
public record PoolInventory(List<PoolState> pools, Map<Identity, Long> signedAgeSeconds) {}
